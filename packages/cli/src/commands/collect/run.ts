import { bundleTables, type Manifest, type TableShape } from "@wellbegun/adapters/bundle";
import type { Observer } from "@wellbegun/core";
import { checkBundleFolder } from "../../shared/bundle-folder.ts";
import { namedAgain } from "../../shared/output-file.ts";
import { sparkEngine } from "../../shared/spark-engine.ts";
import { packageVersions } from "../../shared/versions.ts";
import type { CollectSettings } from "./options.ts";

/** What `collect` did, as data: the object that `--json` prints. */
export interface CollectResult {
  readonly job: string;
  readonly out: string;
  readonly tables: Readonly<Record<string, TableShape>>;
  /** The bundle's files and their bytes. */
  readonly files: Readonly<Record<string, number>>;
  /** Users with an interaction whose item has no features; the item does not count. */
  readonly usersWithUnknownItems: number;
}

type CollectJob = (
  job: string,
  out: string,
  options: Observer & Readonly<Record<string, unknown>>,
) => Promise<Manifest>;

/**
 * Makes the bundle of a job that has run.
 *
 * @throws {WellbegunError} `unavailable` if the engine is not installed; and what `collectJob` throws.
 */
export async function runCollect(
  job: string,
  out: string,
  { from, rowsPerPart, force = false }: CollectSettings,
  observer: Observer,
): Promise<CollectResult> {
  const collectJob = (await sparkEngine()).collectJob as CollectJob;
  const overwrite = namedAgain(out, force) ? out : force;
  await checkBundleFolder(out, "starting vectors", {
    overwrite,
    inputs: from === undefined ? [job] : [job, from],
  });
  const packages = packageVersions();
  const manifest = await collectJob(job, out, { ...observer, from, rowsPerPart, overwrite, packages });
  const { usersWithUnknownItems } = manifest.engine as { readonly usersWithUnknownItems: number };
  return {
    job,
    out,
    tables: Object.fromEntries(bundleTables(manifest)),
    files: Object.fromEntries(Object.entries(manifest.files).map(([name, { bytes }]) => [name, bytes])),
    usersWithUnknownItems,
  };
}
