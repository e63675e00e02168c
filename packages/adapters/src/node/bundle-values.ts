import type { FileHandle } from "node:fs/promises";
import { createTable, type Id, IdIndex, type Table, WellbegunError } from "@wellbegun/core";
import type { TableShape } from "../bundle/manifest.ts";
import { bytesToElements, type ElementArray, elementBytes } from "../formats/elements.ts";
import { openFile, readFully } from "./files.ts";

const DOING = "reading a table of a bundle";

/** A table read from a bundle. */
export interface LoadedTable {
  readonly name: string;
  readonly rows: number;
  /** Undefined for a one-dimensional table. */
  readonly columns: number | undefined;
  /** The values, row-major. */
  readonly data: Float32Array | Int32Array;
}

/** The position of a table's values in a file. */
export interface TablePlace extends TableShape {
  readonly path: string;
  readonly start: number;
}

/** Reads a whole table into memory. */
export async function readTable(place: TablePlace, name: string): Promise<LoadedTable> {
  const [rows = 0, columns] = place.shape;
  const { handle } = await openFile(place.path, DOING);
  try {
    const data = await readValues(handle, place, 0, rows);
    if (data instanceof Float32Array || data instanceof Int32Array) return { name, rows, columns, data };
  } finally {
    await handle.close();
  }
  throw otherType("float32 or int32", place);
}

/** Reads a whole two-dimensional float32 table, whose rows can be looked up by raw ID. */
export async function readVectors(place: TablePlace, ids: readonly Id[] | undefined): Promise<Table> {
  const { data, rows, columns } = await readTable(place, place.path);
  if (!(data instanceof Float32Array) || columns === undefined) {
    throw otherType("float32 of two dimensions", place);
  }
  return createTable(data, rows, columns, ids === undefined ? undefined : new IdIndex(ids));
}

/** Reads a float32 table in blocks of whole rows. */
export async function* readBlocks(place: TablePlace, rowsPerBlock: number): AsyncGenerator<Float32Array> {
  const [rows = 0] = place.shape;
  if (!Number.isSafeInteger(rowsPerBlock) || rowsPerBlock < 1) {
    const [expected, found] = ["1 or more rows a block", `${rowsPerBlock}`];
    throw new WellbegunError("invalid-option", { doing: DOING, expected, found, at: place.path });
  }
  const { handle } = await openFile(place.path, DOING);
  try {
    for (let row = 0; row < rows; row += rowsPerBlock) {
      const data = await readValues(handle, place, row, Math.min(rowsPerBlock, rows - row));
      if (!(data instanceof Float32Array)) throw otherType("float32", place);
      yield data;
    }
  } finally {
    await handle.close();
  }
}

async function readValues(
  handle: FileHandle,
  { path, start, dtype, shape }: TablePlace,
  row: number,
  count: number,
): Promise<ElementArray> {
  const rowBytes = (shape[1] ?? 1) * elementBytes(dtype);
  const bytes = new Uint8Array(count * rowBytes);
  await readFully(handle, bytes, start + row * rowBytes, path);
  return bytesToElements(bytes, dtype, true);
}

function otherType(expected: string, { dtype, shape, path }: TablePlace): WellbegunError {
  const found = `${dtype} of shape (${shape.join(", ")})`;
  return new WellbegunError("mismatch", { doing: DOING, expected, found, at: path });
}
