import type { Engine } from "../engine.ts";
import type { TfjsMatrix } from "../matrix.ts";
import { PairwiseSum } from "../pairwise-sum.ts";
import type { TfTensor } from "../tensorflow.ts";

/** out = a b, or out += a b. */
export async function multiply(
  engine: Engine,
  a: TfjsMatrix,
  b: TfjsMatrix,
  out: TfjsMatrix,
  accumulate: boolean,
): Promise<void> {
  const doing = "multiplying matrices";
  const { tf } = engine;
  // Wide rows of a are taken as many at a time as a block of it has, so that no more of them is copied.
  const step = Math.min(a.blockRows, out.blockRows);
  await b.lendWhole(doing, (right) => {
    out.updateBlocks(doing, (i) => {
      const parts: TfTensor[] = [];
      const end = out.firstRow(i) + out.rowsIn(i);
      for (let first = out.firstRow(i); first < end; first += step) {
        parts.push(tf.matMul(a.rowsAt(first, Math.min(step, end - first)), right));
      }
      const product = parts.length === 1 ? parts[0]! : tf.concat(parts, 0);
      return accumulate && !out.isZero(i) ? tf.add(out.block(i), product) : product;
    });
  });
}

/** out = a^T b, or out += a^T b: the sum of the products of blocks of rows. */
export function multiplyTransposed(
  engine: Engine,
  a: TfjsMatrix,
  b: TfjsMatrix,
  out: TfjsMatrix,
  accumulate: boolean,
): void {
  const doing = "multiplying matrices";
  const { tf } = engine;
  const step = Math.min(a.blockRows, b.blockRows);
  const total = new PairwiseSum(engine, doing);
  try {
    for (let first = 0; first < a.rows; first += step) {
      const count = Math.min(step, a.rows - first);
      const rows = (x: TfjsMatrix): TfTensor => x.rowsAt(first, count);
      total.add(engine.tidy(doing, () => engine.transposedProduct(rows(a), rows(b))));
    }
    const product = total.take() ?? engine.tidy(doing, () => tf.zeros([out.rows, out.columns]));
    try {
      out.updateBlocks(doing, (i) => {
        const part = engine.rowsFrom(product, out.firstRow(i), out.rowsIn(i));
        return accumulate && !out.isZero(i) ? tf.add(out.block(i), part) : part;
      });
    } finally {
      product.dispose();
    }
  } finally {
    total.dispose();
  }
}

/**
 * Rows of one product of a Gram matrix, whose sums are float32 from first to last. Principal axes of nearly equal variance
 * turn into each other by the error of their Gram matrix: with 4,096 rows tables were off by 2e-4 on a dataset of TikTok's
 * size on tfjs-wasm, which adds one row after the other.
 */
const GRAM_ROWS = 256;

/** x^T x; the lower half is a copy of the upper, so the result is exactly symmetric. */
export async function gram(engine: Engine, x: TfjsMatrix): Promise<Float64Array> {
  const doing = "computing a Gram matrix";
  const { columns } = x;
  const total = new PairwiseSum(engine, doing);
  try {
    for (let first = 0; first < x.rows; first += GRAM_ROWS) {
      const count = Math.min(GRAM_ROWS, x.rows - first);
      const product = engine.tidy(doing, () => {
        const rows = x.rowsAt(first, count);
        return engine.transposedProduct(rows, rows);
      });
      total.add(product);
    }
    const product = total.take();
    if (product === undefined) return new Float64Array(columns * columns);
    const found = Float64Array.from(await engine.result(doing, product));
    for (let r = 0; r < columns; r++) {
      for (let c = 0; c < r; c++) found[r * columns + c] = found[c * columns + r]!;
    }
    return found;
  } finally {
    total.dispose();
  }
}
