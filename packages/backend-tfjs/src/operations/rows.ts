/** Operations that visit each row of a matrix once. */
import type { ColumnMoments, RowTransform } from "@wellbegun/core/backend";
import type { Engine } from "../engine.ts";
import type { TfjsMatrix } from "../matrix.ts";
import { PairwiseSum } from "../pairwise-sum.ts";
import type { TfTensor } from "../tensorflow.ts";
import { rowNorms } from "./norms.ts";

/** Applies a {@link RowTransform}, block by block. */
export async function transformRows(
  engine: Engine,
  x: TfjsMatrix,
  { shift, scale, unit, missing }: RowTransform,
): Promise<void> {
  const doing = "transforming rows";
  const { tf } = engine;
  if (shift !== undefined || scale !== undefined || missing?.includes(1) === true) {
    x.updateBlocks(doing, (i) => {
      const block = x.block(i);
      const moved = shift === undefined ? block : minus(engine, block, shift);
      const scaled = scale === undefined ? moved : tf.mul(moved, engine.floats(Float32Array.from(scale)));
      return clearRows(engine, scaled, marked(missing, x.firstRow(i), x.rowsIn(i)));
    });
  }
  if (!unit) return;
  const norms = await rowNorms(engine, x);
  const divisors = norms.map((norm) => (norm === 0 ? 1 : norm));
  x.updateBlocks(doing, (i) => tf.div(x.block(i), columnOf(engine, divisors, x, i)));
}

/** Multiplies each row by the factor for all or by its own. */
export function scaleRows(engine: Engine, x: TfjsMatrix, factor: number | Float32Array): void {
  const { tf } = engine;
  x.updateBlocks("scaling rows", (i) => {
    const own = typeof factor === "number" ? tf.scalar(factor) : columnOf(engine, factor, x, i);
    return tf.mul(x.block(i), own);
  });
}

/** y += alpha * x, into columns `firstColumn ..` of y. */
export function addScaled(
  engine: Engine,
  y: TfjsMatrix,
  x: TfjsMatrix,
  alpha: number,
  firstColumn: number,
): void {
  const { tf } = engine;
  const after = y.columns - firstColumn - x.columns;
  const paddings: [number, number][] = [
    [0, 0],
    [firstColumn, after],
  ];
  y.updateBlocks("adding a matrix", (i) => {
    const term = tf.mul(x.rowsAt(y.firstRow(i), y.rowsIn(i)), tf.scalar(alpha));
    const padded = y.columns === x.columns ? term : tf.pad(term, paddings);
    return y.isZero(i) ? padded : tf.add(y.block(i), padded);
  });
}

/** Column sums and sums of squares of the present rows about `shift`. */
export async function columnMoments(
  engine: Engine,
  x: TfjsMatrix,
  shift: Float64Array | undefined,
  missing: Uint8Array | undefined,
): Promise<ColumnMoments> {
  const doing = "summing columns";
  const { tf } = engine;
  const { columns } = x;
  const total = new PairwiseSum(engine, doing);
  try {
    for (let i = 0; i < x.blockCount; i++) {
      const part = engine.tidy(doing, () => {
        const block = x.block(i);
        const about = shift === undefined ? block : minus(engine, block, shift);
        const present = clearRows(engine, about, marked(missing, x.firstRow(i), x.rowsIn(i)));
        // As products with ones: sums over columns are slow in tfjs-cpu and tfjs-wasm, which transpose first.
        const ones = tf.ones([1, x.rowsIn(i)]);
        return tf.concat([tf.matMul(ones, present), tf.matMul(ones, tf.square(present))], 0);
      });
      total.add(part);
    }
    const both = total.take();
    const found = both === undefined ? new Float32Array(2 * columns) : await engine.result(doing, both);
    return {
      sum: Float64Array.from(found.subarray(0, columns)),
      sumOfSquares: Float64Array.from(found.subarray(columns)),
    };
  } finally {
    total.dispose();
  }
}

/**
 * A block with the given rows, by their place in it, set to 0; the block itself if no rows are given. Moves
 * rows instead of multiplying by 0, since 0 times NaN is NaN. Only inside `tidy`.
 */
export function clearRows(engine: Engine, block: TfTensor, rows: readonly number[]): TfTensor {
  if (rows.length === 0) return block;
  const { tf } = engine;
  const [count, columns] = block.shape as [number, number];
  const sources = Int32Array.from({ length: count }, (_, row) => row);
  for (const row of rows) sources[row] = count;
  return engine.gather(tf.concat([block, tf.zeros([1, columns])], 0), engine.integers(sources));
}

/** Places in a block of the rows that a mask marks. */
function marked(mask: Uint8Array | undefined, first: number, count: number): number[] {
  const rows: number[] = [];
  for (let r = 0; mask !== undefined && r < count; r++) if (mask[first + r] !== 0) rows.push(r);
  return rows;
}

/** x - shift, including the rest of the shift after its rounding to float32. */
function minus(engine: Engine, x: TfTensor, shift: Float64Array): TfTensor {
  const rounded = Float32Array.from(shift);
  const rest = Float32Array.from(shift, (value, c) => value - rounded[c]!);
  return engine.tf.sub(engine.tf.sub(x, engine.floats(rounded)), engine.floats(rest));
}

/** A block's part of a value per row, to be combined with each column. */
function columnOf(engine: Engine, values: Float32Array, x: TfjsMatrix, block: number): TfTensor {
  const first = x.firstRow(block);
  const count = x.rowsIn(block);
  return engine.floats(values.slice(first, first + count), [count, 1]);
}
