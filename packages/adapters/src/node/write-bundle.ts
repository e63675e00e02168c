import { type AnyInteractions, type FittedTables, type Model, recordOptions } from "@wellbegun/core";
import { namesOf, refuseUnknownKeys } from "@wellbegun/core/support";
import type { Control } from "../bundle/control.ts";
import { writableIds } from "../bundle/ids.ts";
import type { Manifest } from "../bundle/manifest.ts";
import { modelTables } from "../bundle/model-tables.ts";
import type { BundleTable } from "../bundle/tables.ts";
import { identifyData } from "./data-identity.ts";
import { ownVersions } from "./package-version.ts";
import { type WriteTablesOptions, writeTables } from "./write-tables.ts";

/** The result of `fitInto`, with its tables from wherever they were stored. */
export interface StreamedModel extends FittedTables<AnyInteractions> {
  /** All tables to write, including those of `clusterTables`, in this order. */
  readonly tables: readonly BundleTable[];
}

/** Options of {@link writeBundle}. */
export interface WriteBundleOptions
  extends Pick<
    WriteTablesOptions,
    "formats" | "rowsPerPart" | "overwrite" | "inputs" | "signal" | "onProgress"
  > {
  /**
   * The kind of control that the tables are. A control is written without the initializer, which would give
   * users their real vectors. Default: null, for real tables.
   */
  readonly control?: Control | undefined;
  /** Versions of packages that the manifest lists besides core and adapters, by name. Default: none. */
  readonly packages?: Readonly<Record<string, string>> | undefined;
}

const optionNames = namesOf<WriteBundleOptions>({
  formats: true,
  rowsPerPart: true,
  overwrite: true,
  inputs: true,
  control: true,
  packages: true,
  signal: true,
  onProgress: true,
});

/** Name of the file that holds the initializer's bytes. */
export const INITIALIZER_FILE = "initializer.bin";

/**
 * Writes a model as a bundle, as `wellbegun init` does: its tables, raw IDs and initializer, and a manifest
 * with the options, the report and the identity of the data, which suffices to make the bundle again and to
 * know on which dataset it may be used. The write is atomic, and equal models give equal bytes. The features
 * are read once more for their identity, so close a dataset on disk only afterwards.
 *
 * @example
 * ```ts
 * import { mkdtemp } from "node:fs/promises";
 * import { tmpdir } from "node:os";
 * import { join } from "node:path";
 * import { denseFeatures, fit, interactionsFromPairs } from "@wellbegun/core";
 * import { readBundle, writeBundle } from "@wellbegun/adapters/node";
 *
 * const train = interactionsFromPairs([["ann", "tea"], ["ann", "jam"], ["bob", "oil"]], {
 *   itemIds: ["jam", "oil", "tea"],
 * });
 * const image = denseFeatures(new Float32Array([1, 0, 0, 3, 2, 1]), 3, 2);
 * const model = await fit({ train, features: { image } }, { clusters: 2 });
 * const out = join(await mkdtemp(join(tmpdir(), "bundle-")), "out");
 * await writeBundle(out, model);
 * const users = await (await readBundle(out)).users();
 * console.log(users.row("ann")[0] === model.users.row("ann")[0]); // true
 * ```
 *
 * @param out The bundle's folder. An existing bundle is replaced, unless the folder contains other files.
 * @returns The manifest as written.
 * @throws {WellbegunError} The errors of `writeTables` and of reading the features.
 */
export async function writeBundle(
  out: string,
  model: Model | StreamedModel,
  options: WriteBundleOptions = {},
): Promise<Manifest> {
  refuseUnknownKeys("writing a bundle", options, optionNames);
  const { data, backend, initializer, report } = model;
  const { control = null, packages, ...writing } = options;
  const { userIds, itemIds } = data.train;
  const recorded = recordOptions(model.options);
  const { modalities, seed } = recorded;
  const tables = "tables" in model ? model.tables : modelTables(model);
  return writeTables(out, {
    ...writing,
    tables,
    userIds: await writableIds(userIds),
    itemIds: itemIds?.ids,
    manifest: {
      packages: { ...ownVersions(), ...packages },
      options: recorded,
      seed,
      backend,
      input: await identifyData(data, { modalities, signal: options.signal }),
      report,
      ...(control === null ? {} : { control }),
    },
    attachments:
      initializer === undefined || control !== null ? {} : { [INITIALIZER_FILE]: initializer.toBytes() },
  });
}
