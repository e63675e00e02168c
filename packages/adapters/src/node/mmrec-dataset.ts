import { basename, join, resolve } from "node:path";
import { type Dataset, type IdIndex, type Interactions, WellbegunError } from "@wellbegun/core";
import { expectChoice, namesOf, refuseUnknownKeys } from "@wellbegun/core/support";
import { decodeIdList, rowNamingAnother } from "../bundle/id-list.ts";
import { idsAreRows } from "../bundle/ids.ts";
import { ID_FILES } from "../bundle/manifest.ts";
import { chooseInterFiles, type InterFiles } from "../targets/inter-files.ts";
import { parseInterFiles } from "../targets/inter-splits.ts";
import type { InterColumns, InterTable } from "../targets/inter-table.ts";
import { splitInteractions } from "../targets/mmrec-split.ts";
import { overlap } from "../targets/overlap.ts";
import { countedFromOne } from "../targets/row-counts.ts";
import {
  chooseModalities,
  FEATURES_SUFFIX,
  listFolder,
  passedOver,
  type WithoutFeatures,
} from "./dataset-folder.ts";
import { encodedFeatures, readFeatureManifest } from "./encoded-features.ts";
import { readParts, readWhole } from "./files.ts";
import { type NpyFeatures, type NpyFeaturesOptions, openNpyFeatures } from "./npy-features.ts";

/** Options of {@link readMmrecDataset}: the table's columns, the features and the modalities. */
export interface MmrecDatasetOptions extends InterColumns, NpyFeaturesOptions {
  /** The modalities to open, such as `["image"]` for `image_feat.npy`. Default: all that are found. */
  readonly modalities?: readonly string[] | undefined;
  /**
   * Number of users. Default: the largest ID of all splits plus 1, as MMRec counts. Give a larger number if
   * users without interactions follow.
   */
  readonly userCount?: number | undefined;
  /**
   * What the ID columns hold: row numbers (`rows`, the default), or any text (`raw`). With `raw`, users get
   * rows in the order of their first line. If the folder has `item_ids.txt`, it holds the item ID of each
   * feature row, one on each line; otherwise the item column holds the numbers of the feature rows. Where `item_ids.txt` gives
   * a row the number of another row, the item column could mean either, and `ids` must be given.
   */
  readonly ids?: "rows" | "raw" | undefined;
  /**
   * Whether a folder without features is refused (the default), or read for what needs interactions alone, such as
   * `spectral`. The number of items is then the largest ID plus 1, or the length of `item_ids.txt`.
   */
  readonly withoutFeatures?: WithoutFeatures | undefined;
}

/** A dataset in MMRec's layout. Close it when the features are no longer read. */
export interface MmrecDataset extends Dataset {
  /** Name of the interactions' files without the split and `.inter`: the dataset's name in MMRec and RecBole. */
  readonly name: string;
  /** The features of each modality, in alphabetical order. */
  readonly features: Readonly<Record<string, NpyFeatures>>;
  /** Built on first access, like `test` and `counts`. */
  readonly validation: Interactions;
  readonly test: Interactions;
  readonly counts: MmrecCounts;
  /**
   * Notes for the user: files that look like features or interactions and are not read, and rows without
   * interactions because the IDs count from 1. Empty for most datasets.
   */
  readonly notes: readonly string[];
  /** Paths of the files read. */
  readonly files: {
    readonly interactions: readonly string[];
    readonly features: Readonly<Record<string, string>>;
  };
  /** Closes the feature files. */
  close(): Promise<void>;
}

/** The size of a dataset. */
export interface MmrecCounts {
  readonly users: number;
  /** Number of items: the number of feature rows, if there are features. */
  readonly items: number;
  /** Interactions of each split, each counted once. */
  readonly train: number;
  readonly validation: number;
  readonly test: number;
  /** Number of rows of the table that repeat an interaction of their split. */
  readonly duplicates: number;
  /**
   * Number of train interactions that also occur in validation, and in test: metrics that count them are too
   * high.
   */
  readonly overlap: { readonly validation: number; readonly test: number };
  /** Items without features, by modality. */
  readonly missing: Readonly<Record<string, number>>;
}

const DOING = "reading an MMRec dataset";
const optionNames = namesOf<MmrecDatasetOptions>({
  userColumn: true,
  itemColumn: true,
  labelColumn: true,
  separator: true,
  ids: true,
  userCount: true,
  modalities: true,
  missing: true,
  finite: true,
  encoder: true,
  mask: true,
  withoutFeatures: true,
});

/**
 * Reads a dataset in MMRec's layout: the folder's `.inter` table (the one with the folder's name if there are
 * several; or one file for each split, `<ds>.train.inter`, `<ds>.valid.inter` and `<ds>.test.inter`, as RecBole reads them with
 * `benchmark_filename`, with RecBole's columns by default), and every `<modality>_feat.npy`. Interactions are read into memory; features stay on disk.
 *
 * @throws {WellbegunError} `io` if the folder or a file cannot be read; `invalid-data` if the folder has no table, no
 * features where these are needed, or several tables and none of its name; `invalid-option` for an option that there is not, if a requested modality is missing, or `labelColumn` is
 * given for files of splits;
 * `mismatch` if modalities differ in rows or an item ID lies beyond them; and what `parseInterFiles` and
 * `openNpyFeatures` throw.
 */
export async function readMmrecDataset(
  folder: string,
  options: MmrecDatasetOptions = {},
): Promise<MmrecDataset> {
  refuseUnknownKeys(DOING, options, optionNames);
  expectChoice(DOING, "ids", options.ids, ["rows", "raw"]);
  expectChoice(DOING, "withoutFeatures", options.withoutFeatures, ["refuse", "allow"]);
  const { userColumn, itemColumn, labelColumn, separator, ids, missing, finite } = options;
  const names = await listFolder(folder);
  const chosen = chooseInterFiles(folder, basename(resolve(folder)), names);
  const tables = chosen.files.map(({ file, split }) => ({ split, label: join(folder, file) }));
  const modalities = chooseModalities(folder, names, options.modalities, options.withoutFeatures);
  const paths = modalities.map((modality) => join(folder, modality + FEATURES_SUFFIX));
  const itemList = await readItemList(folder, names);
  if (ids === undefined && itemList !== undefined) refuseEither(itemList, join(folder, ID_FILES.items));
  const itemIds = ids === "raw" ? itemList?.ids : undefined;
  const table = await parseInterFiles(
    tables.map(({ split, label }) => ({ split, label, parts: readParts(label, DOING) })),
    { userColumn, itemColumn, labelColumn, separator, ids, itemIds },
  );

  const features: NpyFeatures[] = [];
  const close = async (): Promise<void> => {
    await Promise.all(features.map((source) => source.close()));
  };
  try {
    const encoded = await readFeatureManifest(folder, names);
    for (const [m, path] of paths.entries()) {
      const known = await encodedFeatures(folder, modalities[m]!, encoded);
      features.push(
        await openNpyFeatures(path, { missing, finite, encoder: known?.encoder, mask: known?.missing }),
      );
      requireEqualRows(features);
    }
    const split = {
      userCount: options.userCount,
      itemCount: features[0]?.rows,
      featuresLabel: features[0]?.label,
    };
    const train = splitInteractions(table, "train", split);
    const opened = features.map((source) => ({ ...source, ids: train.itemIds }));
    const validation = once(() => splitInteractions(table, "validation", split));
    const test = once(() => splitInteractions(table, "test", split));
    const byModality = <T>(values: readonly T[]): Readonly<Record<string, T>> =>
      Object.fromEntries(modalities.map((modality, m) => [modality, values[m]!]));
    const counts = once((): MmrecCounts => {
      const merged = [train, validation(), test()].map(({ items }) => items.length);
      return {
        users: train.userCount,
        items: train.itemCount,
        train: merged[0]!,
        validation: merged[1]!,
        test: merged[2]!,
        duplicates: table.users.length - merged.reduce((sum, count) => sum + count, 0),
        overlap: { validation: overlap(train, validation()), test: overlap(train, test()) },
        missing: byModality(features.map((source) => source.missingCount)),
      };
    });
    return {
      name: chosen.name,
      features: byModality(opened),
      notes: [
        ...splitNotes(chosen),
        ...passedOver(
          names,
          chosen.files.map(({ file }) => file),
        ),
        ...idNotes(table, itemList),
      ],
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
      files: { interactions: tables.map(({ label }) => label), features: byModality(paths) },
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Splits are computed lazily, since a fit needs only the train rows. */
function once<T>(compute: () => T): () => T {
  let result: { readonly value: T } | undefined;
  return () => {
    result ??= { value: compute() };
    return result.value;
  };
}

/** Says where the splits come from, unless a column states them. */
function splitNotes({ files }: InterFiles): string[] {
  if (files[0]!.split === null) return [];
  return [
    `The splits are the files ${files.map(({ file }) => file).join(", ")}, as RecBole's benchmark_filename.`,
  ];
}

/** The item IDs that the folder states. */
async function readItemList(folder: string, names: readonly string[]): Promise<IdIndex | undefined> {
  if (!names.includes(ID_FILES.items)) return undefined;
  const path = join(folder, ID_FILES.items);
  return decodeIdList(await readWhole(path, DOING), path);
}

/** Refuses a list by which a number in the item column may mean an ID or a row. */
function refuseEither(list: IdIndex, path: string): void {
  const row = rowNamingAnother(list);
  if (row === undefined) return;
  throw new WellbegunError("invalid-option", {
    doing: DOING,
    expected:
      'a choice of what the item column holds: IDs of this list (ids: "raw") or row numbers (ids: "rows")',
    found: `the number ${list.ids[row]} as the ID of row ${row}`,
    at: `option ids, ${path}`,
    hint: "On the command line: --ids raw, or --ids rows.",
  });
}

/** What the reader assumed about IDs, with a hint if the smallest row number is not 0. */
function idNotes({ users, items, userIds, itemIds }: InterTable, itemList: IdIndex | undefined): string[] {
  const unused = (kind: "user" | "item", rows: Uint32Array): string[] =>
    rows.includes(0) ? [] : [`No interaction has ${kind} 0. ${countedFromOne(kind, rows)}`];
  const unread = `${ID_FILES.items} is not read: the ID columns hold row numbers. IDs of any text: --ids raw, or ids: "raw".`;
  const assumed = `Item IDs are taken as numbers of feature rows: the folder has no ${ID_FILES.items}.`;
  return [
    ...(userIds === undefined ? unused("user", users) : []),
    ...(itemIds === undefined ? unused("item", items) : []),
    ...(userIds !== undefined && itemIds === undefined ? [assumed] : []),
    ...(userIds === undefined && itemList !== undefined && !idsAreRows(itemList.ids) ? [unread] : []),
  ];
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
