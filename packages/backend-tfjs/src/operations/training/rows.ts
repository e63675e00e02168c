import type { SparseMatrix } from "@wellbegun/core/backend";
import { transposeSparse } from "@wellbegun/core/support";
import type { Engine } from "../../engine.ts";
import type { TfjsMatrix } from "../../matrix.ts";
import type { TfTensor } from "../../tensorflow.ts";
import { multiplySparse } from "../sparse.ts";

/** x = x + bias in every row. */
export function addBias(engine: Engine, x: TfjsMatrix, bias: TfjsMatrix): void {
  x.updateBlocks("adding a bias", (i) => engine.tf.add(x.block(i), bias.block(0)));
}

/** out = a b^T. */
export async function multiplyTransposed(
  engine: Engine,
  a: TfjsMatrix,
  b: TfjsMatrix,
  out: TfjsMatrix,
): Promise<void> {
  const doing = "multiplying by a transposed matrix";
  const { tf } = engine;
  const step = Math.min(a.blockRows, out.blockRows);
  await b.lendWhole(doing, (right) => {
    out.updateBlocks(doing, (i) => {
      // Transposed first, since tfjs-wasm is fast only then.
      const turned = tf.transpose(right);
      const parts: TfTensor[] = [];
      const end = out.firstRow(i) + out.rowsIn(i);
      for (let first = out.firstRow(i); first < end; first += step) {
        parts.push(tf.matMul(a.rowsAt(first, Math.min(step, end - first)), turned));
      }
      return parts.length === 1 ? parts[0]! : tf.concat(parts, 0);
    });
  });
}

/** out = the sum of weights[k] xs[k]. */
export function weightedSum(
  engine: Engine,
  xs: readonly TfjsMatrix[],
  weights: readonly number[],
  out: TfjsMatrix,
): void {
  const { tf } = engine;
  out.updateBlocks("summing matrices", (i) => {
    const terms = xs.map((x, k) => tf.mul(x.block(i), tf.scalar(weights[k]!)));
    return terms.reduce((sum, term) => tf.add(sum, term));
  });
}

/** Row r of `out` = row `indices[r]` of `x`. */
export async function gatherRows(
  engine: Engine,
  x: TfjsMatrix,
  indices: Uint32Array,
  out: TfjsMatrix,
): Promise<void> {
  const doing = "gathering rows";
  if (out.rows === 0) return;
  await x.lendWhole(doing, (whole) => {
    out.updateBlocks(doing, (i) => {
      const first = out.firstRow(i);
      const places = Int32Array.from(indices.subarray(first, first + out.rowsIn(i)));
      return engine.gather(whole, engine.integers(places));
    });
  });
}

/** Adds row r of `rows` to row `indices[r]` of `table`. */
export async function scatterRows(
  engine: Engine,
  rows: TfjsMatrix,
  indices: Uint32Array,
  table: TfjsMatrix,
): Promise<void> {
  const offsets = Uint32Array.from({ length: indices.length + 1 }, (_, r) => r);
  const choice: SparseMatrix = { rows: indices.length, columns: table.rows, offsets, indices };
  await multiplySparse(engine, transposeSparse(choice), rows, table, true);
}
