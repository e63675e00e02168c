/** Row operations of training, on row-major float32 arrays. */

import { transposeSparse } from "../../../data/transpose-sparse.ts";
import { multiplySparse } from "../sparse.ts";

/** x = x + bias in every row. */
export function addBias(x: Float32Array, bias: Float32Array): void {
  const columns = bias.length;
  for (let at = 0; at < x.length; at += columns) {
    for (let c = 0; c < columns; c++) x[at + c]! += bias[c]!;
  }
}

/** out = the sum of weights[k] xs[k]. */
export function weightedSum(
  xs: readonly Float32Array[],
  weights: readonly number[],
  out: Float32Array,
): void {
  for (let p = 0; p < out.length; p++) {
    let sum = 0;
    for (let k = 0; k < xs.length; k++) sum += weights[k]! * xs[k]![p]!;
    out[p] = sum;
  }
}

/** Row r of `out` = row `indices[r]` of `x`. */
export function gatherRows(x: Float32Array, columns: number, indices: Uint32Array, out: Float32Array): void {
  for (let r = 0; r < indices.length; r++) {
    const from = indices[r]! * columns;
    const to = r * columns;
    for (let c = 0; c < columns; c++) out[to + c] = x[from + c]!;
  }
}

/** Adds row r of `rows` to row `indices[r]` of `table`: the rows of one target in their order, rounded once. */
export function scatterRows(
  rows: Float32Array,
  columns: number,
  indices: Uint32Array,
  table: Float32Array,
): void {
  const count = indices.length;
  const offsets = Uint32Array.from({ length: count + 1 }, (_, r) => r);
  const choice = { rows: count, columns: table.length / columns, offsets, indices };
  multiplySparse(transposeSparse(choice), rows, columns, table, true);
}
