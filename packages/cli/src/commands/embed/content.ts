import { readFile } from "node:fs/promises";
import { isAbsolute, join } from "node:path";
import { requireColumns } from "@wellbegun/adapters/columns";
import type { CatalogFile } from "./catalog/catalog-file.ts";
import type { ContentKind } from "./encoder.ts";

/** The content of an item, or why it has none. */
export type ItemContent = { readonly content: string | Uint8Array } | { readonly reason: string };

/** Where a modality's content is: columns of text that are joined, or one column with paths (or bytes) of files. */
export interface ContentColumns {
  readonly modality: ContentKind;
  readonly columns: readonly string[];
}

/** Consecutive items whose content is read when it is needed. */
export interface ContentBlock {
  /** Number of the block. */
  readonly index: number;
  readonly rows: number;
  read(): Promise<readonly ItemContent[]>;
}

/** The items of a catalog in blocks of `height` rows, which run on from file to file. */
export async function* contentBlocks(
  files: readonly CatalogFile[],
  { modality, columns }: ContentColumns,
  height: number,
): AsyncGenerator<ContentBlock> {
  let index = 0;
  let pending: (() => Promise<ItemContent>)[] = [];
  const block = (): ContentBlock => {
    const readers = pending;
    return { index, rows: readers.length, read: () => Promise.all(readers.map((read) => read())) };
  };
  for (const file of files) {
    requireColumns(file, columns, "reading a catalog");
    for await (const { rows, columns: values } of file.batches(columns)) {
      for (let r = 0; r < rows; r++) {
        const own = values.map((column) => column[r]);
        pending.push(modality === "text" ? async () => textOf(own) : () => fileOf(own[0], file.folder));
        if (pending.length < height) continue;
        yield block();
        index++;
        pending = [];
      }
    }
  }
  if (pending.length > 0) yield block();
}

/** The texts of an item's columns, joined by a space; lists such as categories are joined by commas. */
function textOf(values: readonly unknown[]): ItemContent {
  const parts = values.map((value) => (Array.isArray(value) ? value.join(", ") : plainText(value)).trim());
  const content = parts.filter((part) => part !== "").join(" ");
  return content === "" ? { reason: "no text" } : { content };
}

function plainText(value: unknown): string {
  if (typeof value === "string") return value;
  return value === null || value === undefined ? "" : String(value);
}

/** The bytes of a file that a column names, or that it holds. */
async function fileOf(value: unknown, folder: string): Promise<ItemContent> {
  if (value instanceof Uint8Array) return { content: value };
  const path = plainText(value).trim();
  if (path === "") return { reason: "no path" };
  if (/^[a-z]+:\/\//i.test(path)) return { reason: `an address, not a file: ${path}` };
  try {
    return { content: new Uint8Array(await readFile(isAbsolute(path) ? path : join(folder, path))) };
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : String(error);
    return { reason: code === "ENOENT" ? `no file ${path}` : `${path} cannot be read (${code})` };
  }
}
