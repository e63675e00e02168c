import { decodeIdList } from "@wellbegun/adapters/bundle";
import { type ColumnSource, readFeatures, readIds, readInteractions } from "@wellbegun/adapters/columns";
import { decodeNpy, toFloat32 } from "@wellbegun/adapters/npy";
import { denseFeatures, type FeatureSource, type Id, type IdIndex } from "@wellbegun/core";
import type { NamedFile } from "../protocol.ts";
import { itemTextsOf } from "./item-texts.ts";
import { bytesOf, type OpenedDataset } from "./opened.ts";
import { findColumn, idColumnOf, itemNames, openTables, userNames, vectorColumn } from "./tables.ts";

const splitNames = ["x_label", "split"];

/**
 * A dataset from files with columns: one log of interactions (Parquet, CSV or TSV) whose columns of users and items are found by
 * name, and features as Parquet with a column of lists, or as `<modality>.npy` with one row for each item.
 *
 * The rows of an `.npy` file are the lines of `item_ids.txt` if that is there, else the item IDs 0, 1, 2 and so on.
 */
export async function openColumns(name: string, files: readonly NamedFile[]): Promise<OpenedDataset> {
  const sources = await openTables(files);
  const log = sources.find((source) => findColumn(source, userNames) && findColumn(source, itemNames));
  if (log === undefined) throw new Error(noLog(sources));
  const itemColumn = findColumn(log, itemNames)!;
  const tables = await vectorTables(sources.filter((source) => source !== log));
  const list = files.find((file) => file.name === "item_ids.txt");
  const arrays = await Promise.all(files.filter((file) => file.name.endsWith(".npy")).map(openArray));
  const rowIds = await idsOfArrays(arrays, list);
  const alsoItems = new Set<Id>(rowIds);
  const idColumn = (source: ColumnSource): string => idColumnOf(source, itemColumn) ?? "id";
  for (const { source } of tables)
    for (const id of await readIds([source], idColumn(source))) alsoItems.add(id);
  const splitColumn = findColumn(log, splitNames);
  const splits = await readInteractions([log], {
    userColumn: findColumn(log, userNames)!,
    itemColumn,
    ...(splitColumn === undefined ? {} : { split: { by: "label", column: splitColumn } }),
    alsoItems,
  });
  const features: Record<string, FeatureSource> = {};
  for (const { modality, data, columns } of arrays) {
    features[modality] = inItemOrder(modality, data, columns, rowIds, splits.train);
  }
  for (const { source, column } of tables) {
    const options = { idColumn: idColumn(source), column };
    features[stem(source.label)] = await readFeatures([source], splits.train, options);
  }
  if (Object.keys(features).length === 0) {
    throw new Error("No features: add an .npy or Parquet file with vectors of the items.");
  }
  const allTrain = "All interactions are train rows: the log has no column x_label or split.";
  return {
    name,
    ...splits,
    features,
    notes: splitColumn === undefined ? [allTrain] : [],
    itemTexts: await itemTextsOf(sources),
  };
}

/** The tables that hold vectors, each with the column that does. */
async function vectorTables(
  sources: readonly ColumnSource[],
): Promise<{ readonly source: ColumnSource; readonly column: string }[]> {
  const found = await Promise.all(
    sources.map(async (source) => ({ source, column: await vectorColumn(source) })),
  );
  return found.flatMap(({ source, column }) => (column === undefined ? [] : [{ source, column }]));
}

interface FeatureRows {
  readonly modality: string;
  readonly rows: number;
  readonly columns: number;
  readonly data: Float32Array;
}

async function openArray(file: NamedFile): Promise<FeatureRows> {
  const array = decodeNpy(await bytesOf(file), file.name);
  return { modality: stem(file.name), rows: array.rows, columns: array.columns, data: toFloat32(array) };
}

async function idsOfArrays(
  arrays: readonly FeatureRows[],
  list: NamedFile | undefined,
): Promise<readonly Id[]> {
  const [first] = arrays;
  if (first === undefined) return [];
  const other = arrays.find(({ rows }) => rows !== first.rows);
  if (other !== undefined) {
    throw new Error(`${other.modality} has ${other.rows} rows, ${first.modality} has ${first.rows}.`);
  }
  if (list === undefined) return Array.from({ length: first.rows }, (_, row) => row);
  const { ids } = decodeIdList(await bytesOf(list), list.name);
  if (ids.length === first.rows) return ids;
  throw new Error(`${list.name} has ${ids.length} lines for ${first.rows} feature rows.`);
}

/** Feature rows in the order of the items, which is the order of their IDs. */
function inItemOrder(
  label: string,
  data: Float32Array,
  columns: number,
  rowIds: readonly Id[],
  { itemCount, itemIds }: { readonly itemCount: number; readonly itemIds?: IdIndex | undefined },
): FeatureSource {
  const sorted = new Float32Array(itemCount * columns);
  const missing = new Uint8Array(itemCount).fill(1);
  for (const [row, id] of rowIds.entries()) {
    const item = itemIds === undefined ? Number(id) : itemIds.rowOf(id);
    if (item === undefined) continue;
    missing[item] = 0;
    sorted.set(data.subarray(row * columns, (row + 1) * columns), item * columns);
  }
  const ids = itemIds === undefined ? {} : { ids: itemIds };
  return denseFeatures(sorted, itemCount, columns, { label, missing, ...ids });
}

function noLog(sources: readonly ColumnSource[]): string {
  const found = sources.map(({ label, names }) => `${label}: ${names.join(", ")}`).join("; ");
  const wanted = `a column of users (${userNames.join(", ")}) and one of items (${itemNames.join(", ")})`;
  return `No interactions: a dataset is an .inter table, or a Parquet or CSV file with ${wanted}. Found ${found === "" ? "no table" : found}.`;
}

function stem(file: string): string {
  return file.replace(/(_feat)?\.\w+$/, "");
}
