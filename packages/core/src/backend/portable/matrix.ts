import { WellbegunError } from "../../errors.ts";
import type { Matrix } from "../backend.ts";

/** A matrix in a Float32Array: rows x columns values, row-major. */
export interface PortableMatrix extends Matrix {
  readonly values: Float32Array;
}

/** A matrix of zeros. */
export function createMatrix(rows: number, columns: number): PortableMatrix {
  return { rows, columns, values: allocate(rows, columns), dispose() {} };
}

/** Rows `firstRow .. firstRow + rows - 1`, as a view. */
export function rowsOfMatrix(
  { values, columns }: PortableMatrix,
  firstRow: number,
  rows: number,
): Float32Array {
  return values.subarray(firstRow * columns, (firstRow + rows) * columns);
}

function allocate(rows: number, columns: number): Float32Array {
  try {
    return new Float32Array(rows * columns);
  } catch (cause) {
    throw new WellbegunError("limit", {
      doing: "creating a matrix",
      expected: "memory that the runtime can allocate at once",
      found: `${rows} x ${columns} values of 4 bytes`,
      hint: "Work in smaller blocks of rows.",
      cause,
    });
  }
}
