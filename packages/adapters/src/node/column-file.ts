import { createReadStream } from "node:fs";
import { extname } from "node:path";
import { WellbegunError } from "@wellbegun/core";
import type { ColumnFile } from "../columns/source.ts";
import type { ParquetOptions, ParquetSource } from "../parquet/open.ts";
import { FEATURES_SUFFIX } from "./dataset-folder.ts";
import { openFile, readFully } from "./files.ts";

/**
 * Opens a file of columns by the ending of its name: `.parquet` or `.pq`; `.arrow`, `.arrows`, `.feather` or
 * `.ipc`, which need the optional package apache-arrow; `_feat.npy` beside `item_ids.txt`, with the columns `id` and the
 * modality's name.
 *
 * @param options How Parquet files are read.
 * @throws {WellbegunError} `io` if the file cannot be read; `invalid-option` for another ending; `format` if
 * the content does not match the ending; `unavailable` without apache-arrow.
 */
export async function openColumnFile(path: string, options: ParquetOptions = {}): Promise<ColumnFile> {
  const extension = extname(path).toLowerCase();
  if ([".arrow", ".arrows", ".feather", ".ipc"].includes(extension)) {
    const { openArrow } = await import("../arrow/open.ts");
    const source = await openArrow(() => createReadStream(path), { label: path });
    return { ...source, label: path, close: async () => undefined };
  }
  if (path.endsWith(FEATURES_SUFFIX)) {
    const { openNpyColumns } = await import("./npy-column-file.ts");
    return openNpyColumns(path);
  }
  if (extension !== ".parquet" && extension !== ".pq") {
    throw new WellbegunError("invalid-option", {
      doing: "opening a file of columns",
      expected: `a name that ends in .parquet, in .arrow or .feather, or in ${FEATURES_SUFFIX}`,
      found: JSON.stringify(extension),
      at: path,
      hint: "@wellbegun/engine-duckdb also reads .csv and .jsonl.",
    });
  }
  return await openParquetFile(path, options);
}

/** Opens a Parquet file, whatever its name. */
export async function openParquetFile(
  path: string,
  options: ParquetOptions = {},
): Promise<ColumnFile & ParquetSource> {
  // Loaded when a file of the format is opened: most programs read none.
  const { openParquet } = await import("../parquet/open.ts");
  const { handle, bytes } = await openFile(path, "opening a Parquet file");
  try {
    const slice = async (start: number, end: number = bytes): Promise<ArrayBuffer> => {
      const into = new Uint8Array(end - start);
      await readFully(handle, into, start, path);
      return into.buffer;
    };
    const source = await openParquet({ byteLength: bytes, slice }, path, options);
    return { ...source, label: path, close: () => handle.close() };
  } catch (error) {
    await handle.close();
    throw error;
  }
}

/** Opens a file of columns by its path. */
export type OpenColumnFile = (path: string) => Promise<ColumnFile>;

/** Opens files, passes them to a function, and always closes them. */
export async function withColumnFiles<T>(
  paths: readonly string[],
  use: (files: readonly ColumnFile[]) => Promise<T>,
  open: OpenColumnFile = openColumnFile,
): Promise<T> {
  const files: ColumnFile[] = [];
  try {
    for (const path of paths) files.push(await open(path));
    return await use(files);
  } finally {
    await Promise.all(files.map((file) => file.close()));
  }
}
