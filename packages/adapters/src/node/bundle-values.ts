import { createTable, type Id, IdIndex, type Table, WellbegunError } from "@wellbegun/core";
import { bytesToElements, type ElementArray, elementBytes } from "../formats/elements.ts";
import type { TablePlace } from "./table-places.ts";

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

/** Reads a whole table into memory. */
export async function readTable(place: TablePlace, name: string): Promise<LoadedTable> {
  const [rows = 0, columns] = place.shape;
  const data = await readValues(place, 0, rows);
  if (data instanceof Float32Array || data instanceof Int32Array) return { name, rows, columns, data };
  throw otherType("float32 or int32", place);
}

/** Reads a whole two-dimensional float32 table, whose rows can be looked up by raw ID. */
export async function readVectors(place: TablePlace, ids: readonly Id[] | undefined): Promise<Table> {
  const { data, rows, columns } = await readTable(place, place.label);
  if (!(data instanceof Float32Array) || columns === undefined) {
    throw otherType("float32 of two dimensions", place);
  }
  return createTable(data, rows, columns, ids === undefined ? undefined : new IdIndex(ids));
}

/** Reads a float32 table in blocks of whole rows, which do not depend on the table's parts. */
export async function* readBlocks(
  place: TablePlace,
  rowsPerBlock: number,
  firstRow: number = 0,
): AsyncGenerator<Float32Array> {
  const [rows = 0] = place.shape;
  if (!Number.isSafeInteger(rowsPerBlock) || rowsPerBlock < 1) {
    throw badOption("1 or more rows a block", `${rowsPerBlock}`, place);
  }
  if (!Number.isSafeInteger(firstRow) || firstRow < 0) {
    throw badOption("a first row from 0", `${firstRow}`, place);
  }
  for (let row = firstRow; row < rows; row += rowsPerBlock) {
    const data = await readValues(place, row, Math.min(rows, row + rowsPerBlock));
    if (!(data instanceof Float32Array)) throw otherType("float32", place);
    yield data;
  }
}

/** The values of rows `first` to `end`, from every part that holds some of them. */
async function readValues(
  { dtype, shape, parts }: TablePlace,
  first: number,
  end: number,
): Promise<ElementArray> {
  const rowBytes = (shape[1] ?? 1) * elementBytes(dtype);
  const bytes = new Uint8Array((end - first) * rowBytes);
  for (const { rows, read } of parts) {
    const [from, to] = [Math.max(first, rows[0]), Math.min(end, rows[1])];
    if (from >= to) continue;
    await read(from - rows[0], bytes.subarray((from - first) * rowBytes, (to - first) * rowBytes));
  }
  return bytesToElements(bytes, dtype, true);
}

function badOption(expected: string, found: string, { label }: TablePlace): WellbegunError {
  return new WellbegunError("invalid-option", { doing: DOING, expected, found, at: label });
}

function otherType(expected: string, { dtype, shape, label }: TablePlace): WellbegunError {
  const found = `${dtype} of shape (${shape.join(", ")})`;
  return new WellbegunError("mismatch", { doing: DOING, expected, found, at: label });
}
