import type { SparseMatrix } from "@wellbegun/core/backend";
import { transposeSparse } from "@wellbegun/core/support";
import { kernels } from "../../kernels/index.ts";
import type { WebgpuMatrix } from "../../matrix.ts";
import { expectVisible, rowBlocks, spanOf } from "../../span.ts";
import { multiplySparse } from "../sparse.ts";
import { eachElement } from "./each-element.ts";

/** Longest depth of one sum of products, for the accuracy of float32 sums. */
const MAX_DEPTH = 8192;

/** x = x + bias in every row. */
export async function addBias(x: WebgpuMatrix, bias: WebgpuMatrix): Promise<void> {
  const doing = `adding a bias to ${x.rows} x ${x.columns}`;
  await eachElement(doing, kernels.addBias, { matrices: { x }, shared: { bias: bias.span(0, 1) } });
}

/** out = a b^T. A kernel must see all rows of b. */
export async function multiplyTransposed(a: WebgpuMatrix, b: WebgpuMatrix, out: WebgpuMatrix): Promise<void> {
  const doing = `multiplying ${a.rows} x ${a.columns} by ${b.rows} x ${b.columns} transposed`;
  const { engine, columns } = out;
  const { limits } = engine;
  const depth = a.columns;
  expectVisible(doing, `all ${b.rows} rows of b`, b.rows * b.rowBytes, limits);
  const commands = engine.commands(doing);
  const narrow = columns <= limits.side;
  const across = Math.ceil(columns / (limits.side * (narrow ? 1 : 4)));
  for (const { first, count } of rowBlocks(doing, a.rows, [a.rowBytes, out.rowBytes], limits)) {
    for (let done = 0; done < depth; done += MAX_DEPTH) {
      const from = done * 4;
      await commands.run(kernels.multiply, {
        groups: across * Math.ceil(count / (4 * limits.side)),
        buffers: {
          a: spanOf(a.buffer, first * a.rowBytes + from, count * a.rowBytes - from, limits),
          b: spanOf(b.buffer, from, b.rows * b.rowBytes - from, limits),
          out: out.span(first, count),
        },
        params: {
          rows: count,
          columns,
          depth: Math.min(MAX_DEPTH, depth - done),
          chunk: MAX_DEPTH,
          row_a: depth,
          depth_a: 1,
          column_b: depth,
          depth_b: 1,
          accumulate: Number(done > 0),
        },
        constants: { narrow: Number(narrow) },
      });
    }
  }
  commands.submit();
}

/** out = the sum of weights[k] xs[k]. */
export async function weightedSum(
  xs: readonly WebgpuMatrix[],
  weights: readonly number[],
  out: WebgpuMatrix,
): Promise<void> {
  const doing = `summing ${xs.length} matrices of ${out.rows} x ${out.columns}`;
  for (const [k, x] of xs.entries()) {
    const params = { weight: weights[k]!, add: Number(k > 0) };
    await eachElement(doing, kernels.weightedTerm, { matrices: { x, out }, params });
  }
}

/** Row r of `out` = row `indices[r]` of `x`. */
export async function gatherRows(x: WebgpuMatrix, indices: Uint32Array, out: WebgpuMatrix): Promise<void> {
  await multiplySparse(choiceOf(indices, x.rows), x, out, false);
}

/** Adds row r of `rows` to row `indices[r]` of `table`. */
export async function scatterRows(
  rows: WebgpuMatrix,
  indices: Uint32Array,
  table: WebgpuMatrix,
): Promise<void> {
  await multiplySparse(transposeSparse(choiceOf(indices, table.rows)), rows, table, true);
}

/** The matrix with a 1 in column `indices[r]` of row r. */
function choiceOf(indices: Uint32Array, columns: number): SparseMatrix {
  const rows = indices.length;
  return { rows, columns, offsets: Uint32Array.from({ length: rows + 1 }, (_, r) => r), indices };
}
