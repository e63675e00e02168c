import { basename, join, resolve } from "node:path";
import {
  type Dataset,
  type FeatureSource,
  type IdIndex,
  type Interactions,
  WellbegunError,
} from "@wellbegun/core";
import { decodeIdList } from "../bundle/id-list.ts";
import { ID_FILES } from "../bundle/manifest.ts";
import { type ColumnDataset, type ColumnDatasetOptions, readColumnDataset } from "./column-dataset.ts";
import { chooseModalities, FEATURES_SUFFIX, listFolder } from "./dataset-folder.ts";
import { readWhole } from "./files.ts";
import { type MmrecDatasetOptions, readMmrecDataset } from "./mmrec-dataset.ts";
import { type NpyFeatures, openNpyFeatures } from "./npy-features.ts";
import { readCsrNpz } from "./npz-csr.ts";

/** A dataset from files. Close it when its features are no longer read. */
export interface StoredDataset extends Dataset {
  readonly features: Readonly<Record<string, FeatureSource>>;
  /** Closes the files whose features stay on disk; those of files of columns are in memory. */
  close(): Promise<void>;
}

const DOING = "reading a dataset";

/**
 * Reads a dataset, whatever its layout.
 *
 * Files of columns (Parquet, Arrow), named by `interactions` and `features` as in `wellbegun init --interactions …
 * --features …`: raw IDs, and features that are matched to the items by ID. See {@link readColumnDataset}.
 *
 * A folder, by what it holds: MMRec's layout (`*.inter` with its column of splits, or RecBole's file for each split), or SciPy's CSR archives
 * `train.npz` and, if present, `validation.npz` and `test.npz`. Both layouts have `<modality>_feat.npy` for
 * each modality; its all-zero rows are items without the modality. For CSR archives, raw IDs come from
 * `user_ids.txt` and `item_ids.txt`, one on each line in row order; in MMRec's layout the IDs are row numbers unless
 * the options say otherwise (`{ ids: "raw" }`).
 *
 * @param options For a folder in MMRec's layout: columns, modalities, IDs. Other folders take none.
 * @throws {WellbegunError} `io` if the folder or a file cannot be read; `invalid-data` if the folder is of neither layout or
 * has no features; `mismatch` if parts differ in rows; `invalid-option` for options that the layout does not have; and what
 * `readColumnDataset`, `readMmrecDataset`, `readCsrNpz` and `openNpyFeatures` throw.
 */
export async function readDataset(folder: string, options?: MmrecDatasetOptions): Promise<StoredDataset>;
export async function readDataset(files: ColumnDatasetOptions): Promise<ColumnDataset & StoredDataset>;
export async function readDataset(
  source: string | ColumnDatasetOptions,
  options: MmrecDatasetOptions = {},
): Promise<StoredDataset> {
  if (typeof source !== "string") {
    return await readColumnDataset(source);
  }
  const folder = source;
  const names = await listFolder(folder);
  if (names.some((name) => name.endsWith(".inter"))) return readMmrecDataset(folder, options);
  const given = Object.entries(options).find(([, value]) => value !== undefined);
  if (given !== undefined) {
    throw new WellbegunError("invalid-option", {
      doing: DOING,
      expected: "no options for a folder without an .inter table",
      found: given[0],
      at: folder,
    });
  }
  if (names.includes("train.npz")) return readCsrDataset(folder, names);
  throw new WellbegunError("invalid-data", {
    doing: DOING,
    expected: "a file *.inter (MMRec's layout), or train.npz (a CSR matrix of SciPy)",
    found: names.length === 0 ? "no file" : names.slice(0, 10).join(", "),
    at: folder,
  });
}

async function readCsrDataset(folder: string, names: readonly string[]): Promise<StoredDataset> {
  const userIds = await readIds(folder, names, ID_FILES.users);
  const itemIds = await readIds(folder, names, ID_FILES.items);
  const read = async (split: string): Promise<Interactions | undefined> => {
    const file = `${split}.npz`;
    if (!names.includes(file)) return undefined;
    const interactions = await readCsrNpz(join(folder, file));
    requireRows(interactions.userCount, userIds?.size, join(folder, file), "users");
    requireRows(interactions.itemCount, itemIds?.size, join(folder, file), "items");
    return { ...interactions, userIds, itemIds };
  };
  const train = (await read("train"))!;
  const validation = await read("validation");
  const test = await read("test");
  for (const heldOut of [validation, test]) {
    if (heldOut === undefined) continue;
    requireRows(heldOut.userCount, train.userCount, folder, "users in every split");
    requireRows(heldOut.itemCount, train.itemCount, folder, "items in every split");
  }
  const features: Record<string, NpyFeatures> = {};
  const close = async (): Promise<void> => {
    await Promise.all(Object.values(features).map((source) => source.close()));
  };
  try {
    for (const modality of chooseModalities(folder, names, undefined)) {
      const path = join(folder, modality + FEATURES_SUFFIX);
      const opened = await openNpyFeatures(path);
      features[modality] = { ...opened, ids: itemIds };
      requireRows(opened.rows, train.itemCount, path, "rows, one for each item");
    }
  } catch (error) {
    await close();
    throw error;
  }
  return { name: basename(resolve(folder)), train, validation, test, features, close };
}

async function readIds(folder: string, names: readonly string[], file: string): Promise<IdIndex | undefined> {
  if (!names.includes(file)) return undefined;
  const path = join(folder, file);
  return decodeIdList(await readWhole(path, DOING), path);
}

function requireRows(found: number, expected: number | undefined, at: string, what: string): void {
  if (expected === undefined || found === expected) return;
  throw new WellbegunError("mismatch", {
    doing: DOING,
    expected: `${expected} ${what}`,
    found: `${found}`,
    at,
  });
}
