import { WellbegunError } from "@wellbegun/core";
import {
  bytesToElements,
  convertToFloat32,
  type ElementArray,
  type ElementType,
  elementBytes,
} from "./elements.ts";
import { checkNpySize, type NpyHeader, parseNpyHeader } from "./npy-header.ts";

/** An array read from an `.npy` file, row-major for files of either order. */
export interface NpyArray {
  readonly dtype: ElementType;
  /** One or two lengths. */
  readonly shape: readonly number[];
  /** First length of the shape. */
  readonly rows: number;
  /** Second length of the shape, 1 for a one-dimensional array. */
  readonly columns: number;
  /** The values, row-major, in the class of their dtype (float16 as bits in a Uint16Array). */
  readonly data: ElementArray;
}

/**
 * Reads a whole `.npy` file, versions 1 to 3, from its bytes. The values are a view of `bytes` where alignment and
 * byte order allow it, else a copy.
 *
 * @param label What to call the file in errors.
 * @throws {WellbegunError} `format` as {@link parseNpyHeader}, or if the size disagrees with the header.
 */
export function decodeNpy(bytes: Uint8Array, label?: string): NpyArray {
  const header = parseNpyHeader(bytes, label);
  checkNpySize(header, bytes.length, label);
  const { dtype, shape, rows, columns } = header;
  const stored = bytesToElements(bytes.subarray(header.dataOffset), dtype, header.littleEndian);
  const data = header.fortranOrder ? transposed(stored, rows, columns) : stored;
  return { dtype, shape, rows, columns, data };
}

/**
 * Where rows `firstRow .. firstRow + rows - 1` lie in a row-major file: bytes from `start` up to `end`, for a range
 * request or a positioned read.
 *
 * @throws {WellbegunError} `format` if the file is in Fortran order, where rows are not contiguous;
 * `invalid-option` if the rows are not all in the array.
 */
export function npyRowRange(
  header: NpyHeader,
  firstRow: number,
  rows: number,
): { readonly start: number; readonly end: number } {
  if (header.fortranOrder) {
    throw new WellbegunError("format", {
      doing: "locating rows in an .npy array",
      expected: "row-major order",
      found: "Fortran order, where a row's values do not lie together",
    });
  }
  if (!Number.isInteger(firstRow) || !Number.isInteger(rows) || firstRow < 0 || rows < 0) {
    throw outside(header, firstRow, rows);
  }
  if (firstRow + rows > header.rows) throw outside(header, firstRow, rows);
  const rowBytes = header.columns * elementBytes(header.dtype);
  const start = header.dataOffset + firstRow * rowBytes;
  return { start, end: start + rows * rowBytes };
}

/** Converts a run of stored values (such as the bytes of {@link npyRowRange}) to float32; `into` is as long. */
export function decodeNpyValues(header: NpyHeader, bytes: Uint8Array, into: Float32Array): void {
  const { dtype } = header;
  if (bytes.length !== into.length * elementBytes(dtype)) {
    throw new WellbegunError("mismatch", {
      doing: "decoding values of an .npy array",
      expected: `${into.length} ${dtype} values, ${into.length * elementBytes(dtype)} bytes`,
      found: `${bytes.length} bytes`,
    });
  }
  convertToFloat32({ dtype, data: bytesToElements(bytes, dtype, header.littleEndian) }, into);
}

function transposed(stored: ElementArray, rows: number, columns: number): ElementArray {
  const data = stored.slice();
  for (let r = 0, p = 0; r < rows; r++) {
    for (let c = 0; c < columns; c++) data[p++] = stored[c * rows + r]!;
  }
  return data;
}

function outside(header: NpyHeader, firstRow: number, rows: number): WellbegunError {
  return new WellbegunError("invalid-option", {
    doing: "locating rows in an .npy array",
    expected: `rows within the array's ${header.rows}`,
    found: `${rows} rows from row ${firstRow}`,
  });
}
