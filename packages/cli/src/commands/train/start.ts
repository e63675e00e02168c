import { existsSync } from "node:fs";
import { join } from "node:path";
import { controlOf, MANIFEST_FILE } from "@wellbegun/adapters/bundle";
import { compareData, readBundle, recoverFolder } from "@wellbegun/adapters/node";
import {
  type Backend,
  createTable,
  fit,
  type IdIndex,
  type Model,
  type Observer,
  type ScoringTables,
  spectral,
  type Table,
  WellbegunError,
} from "@wellbegun/core";
import type { Start, StartRecord } from "@wellbegun/train";
import type { OpenDataset } from "../../shared/dataset.ts";
import type { TrainSettings } from "./options.ts";

/** A start that is no random one. */
export interface GivenStart {
  readonly start: Start;
  readonly record: StartRecord;
}

const DOING = "reading the start";

/** The starts that are computed from the dataset; any other name is a bundle's folder. */
const computed = ["random", "content", "spectral"];

/** The bundle that a run starts from, which is one of its inputs. */
export function startFolder({ start = "random" }: TrainSettings): string | undefined {
  return computed.includes(start) ? undefined : start;
}

/**
 * @throws {WellbegunError} `invalid-option` for a start that is neither a known name nor a folder with a bundle, before any
 * data are read.
 */
export async function expectStart(settings: TrainSettings): Promise<void> {
  const folder = startFolder(settings);
  if (folder === undefined) return;
  await recoverFolder(folder);
  if (existsSync(join(folder, MANIFEST_FILE))) return;
  throw new WellbegunError("invalid-option", {
    doing: DOING,
    expected: `${computed.join(", ")}, or a bundle's folder`,
    found: JSON.stringify(folder),
    at: "option --start",
  });
}

/**
 * The start that the settings name; undefined for a random one. Tables that are computed here have the run's seed: each seed
 * has a start of its own, where that is not given by a bundle.
 *
 * @throws {WellbegunError} `mismatch` for a bundle with other users or items, or, unless `otherData` is set, of other train
 * rows or features, which could hold what the training is judged on; and what reading and fitting throw.
 */
export async function startOf(
  settings: TrainSettings,
  dataset: OpenDataset,
  seed: number,
  backend: Backend,
  { signal }: Observer,
): Promise<GivenStart | undefined> {
  const { start: from = "random", startScale = 1, startModality, control, dim = 64 } = settings;
  if (from === "random") return undefined;
  // A modality has users in a space of its own, and no items.
  const { startTables = startModality === undefined ? "users+items" : "users" } = settings;
  const folder = startFolder(settings);
  const options = { seed, backend, signal };
  const found: FoundStart =
    folder !== undefined
      ? await readStart(folder, dataset, startModality, settings.otherData, signal)
      : from === "content"
        ? usersOf(await fit(dataset, { ...options, dim }), startModality)
        : await spectral(dataset.train, { ...options, k: dim });
  const { users, items, manifestSha256 = null, control: inherited = null } = found;
  return {
    start: {
      users,
      items: startTables === "users" ? undefined : items,
      factor: startScale,
      permuted: control === "permuted",
    },
    record: {
      from: folder === undefined ? from : "bundle",
      tables: startTables,
      ...(startModality === undefined ? {} : { modality: startModality }),
      scale: startScale,
      manifestSha256,
      control: control ?? inherited,
    },
  };
}

interface FoundStart extends ScoringTables {
  readonly manifestSha256?: string;
  readonly control?: "permuted" | null;
}

/** The tables of a fit, the users by one modality where that is wanted. */
function usersOf({ users, items, perModality }: Model, modality: string | undefined): FoundStart {
  if (modality === undefined) return { users, items };
  const own = perModality[modality];
  if (own !== undefined) return { users: own, items };
  throw noModality(Object.keys(perModality), modality);
}

async function readStart(
  folder: string,
  dataset: OpenDataset,
  modality: string | undefined,
  otherData: boolean | undefined,
  signal: Observer["signal"],
): Promise<FoundStart> {
  await recoverFolder(folder);
  const bundle = await readBundle(folder, { signal });
  await compareData(bundle, dataset, { otherData, modalities: Object.keys(dataset.features), signal });
  const { userIds, itemIds } = dataset.train;
  if (modality !== undefined && !bundle.tables.has(`users.${modality}`)) {
    const names = [...bundle.tables.keys()].filter((name) => name.startsWith("users."));
    throw noModality(
      names.map((name) => name.slice("users.".length)),
      modality,
    );
  }
  const table = async (name: string, ids: IdIndex | undefined): Promise<Table> => {
    const { data, rows, columns } = await bundle.readTable(name);
    if (data instanceof Float32Array && columns !== undefined) return createTable(data, rows, columns, ids);
    throw new WellbegunError("mismatch", {
      doing: DOING,
      expected: "a float32 table of two dimensions",
      found: data instanceof Float32Array ? "one dimension" : "int32",
      at: `${folder}, ${name}`,
    });
  };
  return {
    users: await table(modality === undefined ? "users" : `users.${modality}`, userIds),
    items: await table("items", itemIds),
    manifestSha256: bundle.manifestSha256,
    control: controlOf(bundle.manifest),
  };
}

function noModality(known: readonly string[], found: string): WellbegunError {
  return new WellbegunError("invalid-option", {
    doing: DOING,
    expected: `a modality with a user table: ${known.join(", ") || "the start has none"}`,
    found,
    at: "option --start-modality",
  });
}
