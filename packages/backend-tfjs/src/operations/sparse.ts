import type { SparseMatrix } from "@wellbegun/core/backend";
import type { Engine } from "../engine.ts";
import type { TfjsMatrix } from "../matrix.ts";
import { type Lists, weightedSums } from "./weighted-sums.ts";

/** out = s x, or out += s x, block by block of the rows of out. */
export async function multiplySparse(
  engine: Engine,
  s: SparseMatrix,
  x: TfjsMatrix,
  out: TfjsMatrix,
  accumulate: boolean,
): Promise<void> {
  const doing = "multiplying a sparse matrix";
  const { tf } = engine;
  if (s.offsets[0] === s.offsets[s.rows]) {
    if (!accumulate) out.clear();
    return;
  }
  await x.lendWhole(doing, (rows) => {
    out.updateBlocks(doing, (i) => {
      const sums = weightedSums(engine, rows, listsOf(s, out.firstRow(i), out.rowsIn(i)));
      return accumulate && !out.isZero(i) ? tf.add(out.block(i), sums) : sums;
    });
  });
}

/** Rows `first .. first + count - 1` with all factors multiplied into one weight an entry. */
function listsOf(s: SparseMatrix, first: number, count: number): Lists {
  const { values, rowScale, columnScale } = s;
  const begin = s.offsets[first]!;
  const offsets = s.offsets.slice(first, first + count + 1).map((offset) => offset - begin);
  const indices = Int32Array.from(s.indices.subarray(begin, begin + offsets[count]!));
  const weights = new Float32Array(indices.length);
  for (let r = 0; r < count; r++) {
    const ofRow = rowScale === undefined ? 1 : rowScale[first + r]!;
    for (let e = offsets[r]!; e < offsets[r + 1]!; e++) {
      const value = values === undefined ? 1 : values[begin + e]!;
      weights[e] = ofRow * value * (columnScale === undefined ? 1 : columnScale[indices[e]!]!);
    }
  }
  return { offsets, indices, weights };
}
