import { readFile } from "node:fs/promises";
import { isAbsolute, join } from "node:path";
import { placeOf, requireColumns } from "@wellbegun/adapters/columns";
import { WellbegunError } from "@wellbegun/core";
import { describe } from "@wellbegun/core/support";
import { type CatalogFile, FileText } from "./catalog/catalog-file.ts";
import { decodeUtf8 } from "./catalog/utf8.ts";
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
    for await (const { firstRow, rows, columns: values } of file.batches(columns)) {
      for (let r = 0; r < rows; r++) {
        const own = values.map((column) => column[r]);
        const place = (c: number): string => placeOf(file, firstRow + r, columns[c]!);
        pending.push(
          modality === "text"
            ? () => textOf(own, file.folder, place)
            : () => fileOf(own[0], file.folder, place),
        );
        if (pending.length < height) continue;
        yield block();
        index++;
        pending = [];
      }
    }
  }
  if (pending.length > 0) yield block();
}

type PlaceOf = (column: number) => string;

/** The texts of an item's columns, joined by a space; lists such as categories are joined by commas. */
async function textOf(values: readonly unknown[], folder: string, place: PlaceOf): Promise<ItemContent> {
  const parts: string[] = [];
  for (const [c, value] of values.entries()) {
    if (value instanceof FileText) {
      const file = await fileOf(value.path, folder, place);
      if ("reason" in file) return file;
      const text = decodeUtf8(file.content as Uint8Array);
      if (text === undefined) return { reason: `not a readable text: ${value.path} is not UTF-8` };
      parts.push(text.trim());
    } else parts.push(plainText(value) ?? refuse("texts, numbers, times, or lists of them", value, place(c)));
  }
  const content = parts.filter((part) => part !== "").join(" ");
  return content === "" ? { reason: "no text" } : { content };
}

/** A value as text, empty for one that is missing; undefined for objects and other bytes than UTF-8, which are no text. */
function plainText(value: unknown): string | undefined {
  if (typeof value === "string") return value.trim();
  if (value === null || value === undefined || Number.isNaN(value)) return "";
  if (typeof value === "number" || typeof value === "bigint" || typeof value === "boolean") return `${value}`;
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? "" : value.toISOString();
  if (value instanceof Uint8Array) return decodeUtf8(value)?.trim();
  if (!(Array.isArray(value) || ArrayBuffer.isView(value))) return undefined;
  const parts = Array.from(value as ArrayLike<unknown>, plainText);
  return parts.includes(undefined) ? undefined : parts.filter((part) => part !== "").join(", ");
}

/** Longest path of the systems that programs run on. */
const MOST_CHARACTERS = 4096;

/** The bytes of a file that a column names, or that it holds; `bytes` or `path` where it holds both, as data sets of Hugging Face do. */
async function fileOf(value: unknown, folder: string, place: PlaceOf): Promise<ItemContent> {
  if (isBoth(value)) return await fileOf(value.bytes ?? value.path, folder, place);
  if (value instanceof Uint8Array) return value.length === 0 ? { reason: "no bytes" } : { content: value };
  const isList = Array.isArray(value) || ArrayBuffer.isView(value);
  const path =
    (isList ? undefined : plainText(value)) ?? refuse("a path or the bytes of a file", value, place(0));
  if (path === "") return { reason: "no path" };
  if (path.length > MOST_CHARACTERS) return { reason: `no path, but a text of ${path.length} characters` };
  if (/^[a-z]+:\/\//i.test(path)) return { reason: `an address, not a file: ${path}` };
  try {
    const content = new Uint8Array(await readFile(isAbsolute(path) ? path : join(folder, path)));
    return content.length === 0 ? { reason: `an empty file: ${path}` } : { content };
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : String(error);
    return { reason: code === "ENOENT" ? `no file ${path}` : `${path} cannot be read (${code})` };
  }
}

function isBoth(value: unknown): value is { readonly bytes?: unknown; readonly path?: unknown } {
  const isStructure =
    typeof value === "object" && value !== null && !(Array.isArray(value) || ArrayBuffer.isView(value));
  return isStructure && ("bytes" in value || "path" in value);
}

function refuse(expected: string, value: unknown, at: string): never {
  throw new WellbegunError("invalid-data", {
    doing: "reading a catalog",
    expected,
    found: value instanceof Uint8Array ? "bytes" : describe(value),
    at,
  });
}
