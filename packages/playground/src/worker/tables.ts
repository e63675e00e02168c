/** Dropped files with columns: opening them, and finding columns by their usual names. */

import type { ColumnSource } from "@wellbegun/adapters/columns";
import { openParquet } from "@wellbegun/adapters/parquet";
import type { NamedFile } from "../protocol.ts";
import { csvSource } from "./csv.ts";
import { bytesOf } from "./opened.ts";

export const userNames: readonly string[] = ["user", "user_id", "userid", "uid"];
export const itemNames: readonly string[] = ["item", "item_id", "itemid", "iid", "product", "product_id"];

/** All Parquet, CSV and TSV files. */
export function openTables(files: readonly NamedFile[]): Promise<ColumnSource[]> {
  return Promise.all(files.filter(({ name }) => /\.(parquet|csv|tsv)$/.test(name)).map(openTable));
}

async function openTable(file: NamedFile): Promise<ColumnSource> {
  if (file.name.endsWith(".parquet")) return openParquet(await bytesOf(file), file.name);
  return csvSource(await file.blob.text(), file.name, file.name.endsWith(".tsv") ? "\t" : ",");
}

/** The first column with one of these names, whatever their case. */
export function findColumn({ names }: ColumnSource, wanted: readonly string[]): string | undefined {
  return names.find((name) => wanted.includes(name.toLowerCase()));
}

/** The column of the items' IDs in a table of items. */
export function idColumnOf(source: ColumnSource, itemColumn?: string): string | undefined {
  if (itemColumn !== undefined && source.names.includes(itemColumn)) return itemColumn;
  return findColumn(source, [...itemNames, "id"]);
}

/** The first column whose first value is a list. */
export async function vectorColumn(source: ColumnSource): Promise<string | undefined> {
  for await (const { columns } of source.batches(source.names)) {
    const found = columns.findIndex((column) => Array.isArray(column[0]) || ArrayBuffer.isView(column[0]));
    return source.names[found];
  }
  return undefined;
}
