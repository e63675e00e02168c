import type { Engine } from "../engine.ts";
import type { TfjsMatrix } from "../matrix.ts";

// Between these, squares of the largest value and sums of up to a million of them are normal float32 numbers.
const LEAST = 1e-15;
const MOST = 1e15;

/**
 * L2 norm of each row. Rows whose squares may leave the range of float32, NaN and infinity included, are fetched and
 * summed in float64.
 */
export async function rowNorms(engine: Engine, x: TfjsMatrix): Promise<Float32Array> {
  const doing = "computing row norms";
  const { tf } = engine;
  const norms = new Float32Array(x.rows);
  for (let block = 0; block < x.blockCount; block++) {
    const first = x.firstRow(block);
    const count = x.rowsIn(block);
    if (x.isZero(block)) continue;
    const both = engine.tidy(doing, () => {
      const rows = x.block(block);
      return tf.concat([tf.sum(tf.square(rows), 1), tf.max(tf.abs(rows), 1)], 0);
    });
    const found = await engine.result(doing, both);
    const odd: number[] = [];
    for (let r = 0; r < count; r++) {
      const largest = found[count + r]!;
      norms[first + r] = Math.sqrt(found[r]!);
      if (!(largest === 0 || (largest >= LEAST && largest <= MOST))) odd.push(r);
    }
    const rows = await fetchRows(engine, doing, x, block, odd);
    for (const [i, r] of odd.entries()) norms[first + r] = norm(rows, i * x.columns, x.columns);
  }
  return norms;
}

/** Copies of some rows of a block, given by their place in the block, row-major. */
export async function fetchRows(
  engine: Engine,
  doing: string,
  x: TfjsMatrix,
  block: number,
  rows: readonly number[],
): Promise<Float32Array> {
  if (rows.length === 0) return new Float32Array(0);
  const found = engine.tidy(doing, () =>
    engine.gather(x.block(block), engine.integers(Int32Array.from(rows))),
  );
  return await engine.result(doing, found);
}

function norm(values: Float32Array, from: number, columns: number): number {
  let sum = 0;
  for (let p = from; p < from + columns; p++) sum += values[p]! * values[p]!;
  return Math.sqrt(sum);
}
