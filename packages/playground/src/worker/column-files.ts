import { decodeIds } from "@wellbegun/adapters/bundle";
import { type ColumnSource, readFeatures, readIds, readInteractions } from "@wellbegun/adapters/columns";
import { decodeNpy, toFloat32 } from "@wellbegun/adapters/npy";
import { openParquet } from "@wellbegun/adapters/parquet";
import { denseFeatures, type FeatureSource, type Id, type IdIndex } from "@wellbegun/core";
import type { NamedFile } from "../protocol.ts";
import { csvSource } from "./csv.ts";
import { bytesOf, type OpenedDataset } from "./opened.ts";

const userNames = ["user", "user_id", "userid", "uid"];
const itemNames = ["item", "item_id", "itemid", "iid", "product", "product_id"];
const splitNames = ["x_label", "split"];

/**
 * A dataset from files with columns: one log of interactions (Parquet, CSV or TSV) whose columns of users and items are found by
 * name, and features as Parquet with a column of lists, or as `<modality>.npy` with one row for each item.
 *
 * The rows of an `.npy` file are the lines of `item_ids.txt` if that is there, else the item IDs 0, 1, 2 and so on.
 */
export async function openColumns(name: string, files: readonly NamedFile[]): Promise<OpenedDataset> {
  const sources = await Promise.all(files.filter(({ name: file }) => isTable(file)).map(openTable));
  const log = sources.find(
    (source) => find(source, userNames) !== undefined && find(source, itemNames) !== undefined,
  );
  if (log === undefined) throw new Error(noLog(sources));
  const itemColumn = find(log, itemNames)!;
  const tables = sources.filter((source) => source !== log);
  const list = files.find((file) => file.name === "item_ids.txt");
  const arrays = await Promise.all(files.filter((file) => file.name.endsWith(".npy")).map(openArray));
  const rowIds = await idsOfArrays(arrays, list);
  const alsoItems = new Set<Id>(rowIds);
  for (const table of tables)
    for (const id of await readIds([table], idColumn(table, itemColumn))) alsoItems.add(id);
  const splitColumn = find(log, splitNames);
  const splits = await readInteractions([log], {
    userColumn: find(log, userNames)!,
    itemColumn,
    ...(splitColumn === undefined ? {} : { split: { by: "label", column: splitColumn } }),
    alsoItems,
  });
  const features: Record<string, FeatureSource> = {};
  for (const { modality, data, columns } of arrays) {
    features[modality] = inItemOrder(modality, data, columns, rowIds, splits.train);
  }
  for (const table of tables) {
    const column = await vectorColumn(table);
    features[stem(table.label)] = await readFeatures([table], splits.train, {
      idColumn: idColumn(table, itemColumn),
      column,
    });
  }
  if (Object.keys(features).length === 0)
    throw new Error("No features: add an .npy or Parquet file with vectors of the items.");
  const notes =
    splitColumn === undefined
      ? ["All interactions are train rows: the log has no column x_label or split."]
      : [];
  return { name, ...splits, features, notes };
}

function isTable(file: string): boolean {
  return /\.(parquet|csv|tsv)$/.test(file);
}

async function openTable(file: NamedFile): Promise<ColumnSource> {
  if (file.name.endsWith(".parquet")) return openParquet(await bytesOf(file), file.name);
  return csvSource(await file.blob.text(), file.name, file.name.endsWith(".tsv") ? "\t" : ",");
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
  const rows = arrays[0]?.rows ?? 0;
  const other = arrays.find((array) => array.rows !== rows);
  if (other !== undefined)
    throw new Error(`${other.modality} has ${other.rows} rows, ${arrays[0]!.modality} has ${rows}.`);
  const ids =
    list === undefined
      ? Array.from({ length: rows }, (_, row) => row)
      : decodeIds(await bytesOf(list), list.name);
  if (ids.length !== rows && arrays.length > 0)
    throw new Error(`item_ids.txt has ${ids.length} lines for ${rows} feature rows.`);
  return arrays.length === 0 ? [] : ids;
}

/** Feature rows in the order of the items, which is the order of their IDs. */
function inItemOrder(
  label: string,
  data: Float32Array,
  columns: number,
  rowIds: readonly Id[],
  items: { readonly itemCount: number; readonly itemIds?: IdIndex | undefined },
): FeatureSource {
  const { itemCount, itemIds } = items;
  const sorted = new Float32Array(itemCount * columns);
  const missing = new Uint8Array(itemCount).fill(1);
  for (const [row, id] of rowIds.entries()) {
    const item = itemIds === undefined ? Number(id) : itemIds.rowOf(id);
    if (item === undefined) continue;
    missing[item] = 0;
    sorted.set(data.subarray(row * columns, (row + 1) * columns), item * columns);
  }
  return denseFeatures(sorted, itemCount, columns, {
    label,
    missing,
    ...(itemIds === undefined ? {} : { ids: itemIds }),
  });
}

/** The first column whose first value is a list. */
async function vectorColumn(source: ColumnSource): Promise<string> {
  for await (const { columns } of source.batches(source.names)) {
    const found = columns.findIndex((column) => Array.isArray(column[0]) || ArrayBuffer.isView(column[0]));
    if (found >= 0) return source.names[found]!;
    break;
  }
  throw new Error(
    `${source.label} has neither users and items nor a column of vectors: ${source.names.join(", ")}.`,
  );
}

function idColumn(source: ColumnSource, itemColumn: string): string {
  return source.names.includes(itemColumn) ? itemColumn : (find(source, [...itemNames, "id"]) ?? "id");
}

function find({ names }: ColumnSource, wanted: readonly string[]): string | undefined {
  return names.find((name) => wanted.includes(name.toLowerCase()));
}

function noLog(sources: readonly ColumnSource[]): string {
  const found = sources.map(({ label, names }) => `${label}: ${names.join(", ")}`).join("; ");
  const wanted = `a column of users (${userNames.join(", ")}) and one of items (${itemNames.join(", ")})`;
  return `No interactions: a dataset is an .inter table, or a Parquet or CSV file with ${wanted}. Found ${found === "" ? "no table" : found}.`;
}

function stem(file: string): string {
  return file.replace(/(_feat)?\.\w+$/, "");
}
