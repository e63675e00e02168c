import { readdir } from "node:fs/promises";
import { basename, join, resolve } from "node:path";
import { type Dataset, type Interactions, WellbegunError } from "@wellbegun/core";
import { type InterColumns, parseInter } from "../targets/mmrec-inter.ts";
import { splitInteractions } from "../targets/mmrec-split.ts";
import { readWhole } from "./files.ts";
import { ioError } from "./io-error.ts";
import { type NpyFeatures, type NpyFeaturesOptions, openNpyFeatures } from "./npy-features.ts";

/** Options of {@link readMmrecDataset}: columns of the table, treatment of the features, and the modalities. */
export interface MmrecDatasetOptions extends InterColumns, NpyFeaturesOptions {
  /** The modalities to open, such as `["image"]` for `image_feat.npy`. Default: all that are found. */
  readonly modalities?: readonly string[] | undefined;
  /**
   * Number of users. Default: the largest ID of all splits plus 1, as MMRec counts; more where users without any
   * interaction follow.
   */
  readonly userCount?: number | undefined;
}

/** A dataset in MMRec's layout. Close it when the features are no longer read. */
export interface MmrecDataset extends Dataset {
  /** Name of the folder. */
  readonly name: string;
  /** The features of each modality, in alphabetical order. */
  readonly features: Readonly<Record<string, NpyFeatures>>;
  /** Made when it is first asked for, as are `test` and `counts`. */
  readonly validation: Interactions;
  readonly test: Interactions;
  readonly counts: MmrecCounts;
  /** Paths of the files read. */
  readonly files: { readonly interactions: string; readonly features: Readonly<Record<string, string>> };
  /** Closes the feature files. */
  close(): Promise<void>;
}

/** How much a dataset holds. */
export interface MmrecCounts {
  readonly users: number;
  /** Items: feature rows. */
  readonly items: number;
  /** Interactions of each split, each counted once. */
  readonly train: number;
  readonly validation: number;
  readonly test: number;
  /** Rows of the table beyond these: interactions that stand more than once in a split. */
  readonly duplicates: number;
  /** Items without features, by modality. */
  readonly missing: Readonly<Record<string, number>>;
}

const DOING = "reading an MMRec dataset";
const FEATURES_SUFFIX = "_feat.npy";

/**
 * Reads a dataset in MMRec's layout: the folder's `.inter` table (the one of the folder's name where there are
 * several), and every `<modality>_feat.npy`. Interactions are in memory, features stay on disk.
 *
 * @throws {WellbegunError} `io` if the folder or a file cannot be read; `invalid-data` if the folder has no table or no
 * features, or several tables and none of its name; `invalid-option` if an asked-for modality is not there; `mismatch`
 * if modalities differ in rows or an item ID lies beyond them; and what `parseInter` and `openNpyFeatures` throw.
 */
export async function readMmrecDataset(
  folder: string,
  options: MmrecDatasetOptions = {},
): Promise<MmrecDataset> {
  const name = basename(resolve(folder));
  const names = await listFolder(folder);
  const interactions = join(folder, chooseTable(folder, name, names));
  const modalities = chooseModalities(folder, names, options.modalities);
  const paths = modalities.map((modality) => join(folder, modality + FEATURES_SUFFIX));
  const table = parseInter(await readWhole(interactions, DOING), { ...options, label: interactions });

  const features: NpyFeatures[] = [];
  const close = async (): Promise<void> => {
    await Promise.all(features.map((source) => source.close()));
  };
  try {
    for (const path of paths) {
      features.push(await openNpyFeatures(path, options));
      requireEqualRows(features);
    }
    const split = {
      userCount: options.userCount,
      itemCount: features[0]!.rows,
      featuresLabel: features[0]!.label,
    };
    const train = splitInteractions(table, "train", split);
    const validation = once(() => splitInteractions(table, "validation", split));
    const test = once(() => splitInteractions(table, "test", split));
    const byModality = <T>(values: readonly T[]): Readonly<Record<string, T>> =>
      Object.fromEntries(modalities.map((modality, m) => [modality, values[m]!]));
    const counts = once((): MmrecCounts => {
      const merged = [train, validation(), test()].map(({ items }) => items.length);
      return {
        users: train.userCount,
        items: split.itemCount,
        train: merged[0]!,
        validation: merged[1]!,
        test: merged[2]!,
        duplicates: table.users.length - merged.reduce((sum, count) => sum + count, 0),
        missing: byModality(features.map((source) => source.missingCount)),
      };
    });
    return {
      name,
      features: byModality(features),
      train,
      get validation() {
        return validation();
      },
      get test() {
        return test();
      },
      get counts() {
        return counts();
      },
      files: { interactions, features: byModality(paths) },
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/** What is not asked for is not computed: a fit wants the train rows alone. */
function once<T>(compute: () => T): () => T {
  let result: { readonly value: T } | undefined;
  return () => {
    result ??= { value: compute() };
    return result.value;
  };
}

async function listFolder(folder: string): Promise<string[]> {
  try {
    return (await readdir(folder)).sort();
  } catch (cause) {
    throw ioError(DOING, "a folder", folder, cause);
  }
}

function chooseTable(folder: string, name: string, names: readonly string[]): string {
  const tables = names.filter((file) => file.endsWith(".inter"));
  const preferred = `${name}.inter`;
  if (tables.length === 1) return tables[0]!;
  if (tables.includes(preferred)) return preferred;
  throw new WellbegunError("invalid-data", {
    doing: DOING,
    expected: tables.length === 0 ? "a file *.inter" : `one file *.inter, or one named ${preferred}`,
    found: tables.length === 0 ? "none" : tables.join(", "),
    at: folder,
  });
}

function chooseModalities(
  folder: string,
  names: readonly string[],
  asked: readonly string[] | undefined,
): readonly string[] {
  const found = names
    .filter((file) => file.endsWith(FEATURES_SUFFIX) && file !== FEATURES_SUFFIX)
    .map((file) => file.slice(0, -FEATURES_SUFFIX.length))
    .sort();
  if (found.length === 0) {
    throw new WellbegunError("invalid-data", {
      doing: DOING,
      expected: `features of at least one modality, <modality>${FEATURES_SUFFIX}`,
      found: "none",
      at: folder,
    });
  }
  const unknown = asked?.find((modality) => !found.includes(modality));
  if (unknown !== undefined || asked?.length === 0) {
    throw new WellbegunError("invalid-option", {
      doing: DOING,
      expected: `modalities among ${found.join(", ")}`,
      found: unknown === undefined ? "none" : JSON.stringify(unknown),
      at: `option modalities, ${folder}`,
    });
  }
  return asked === undefined ? found : found.filter((modality) => asked.includes(modality));
}

function requireEqualRows(features: readonly NpyFeatures[]): void {
  const first = features[0]!;
  const last = features.at(-1)!;
  if (first.rows === last.rows) return;
  throw new WellbegunError("mismatch", {
    doing: DOING,
    expected: `as many rows as ${first.label} has, ${first.rows}`,
    found: `${last.rows}`,
    at: last.label,
  });
}
