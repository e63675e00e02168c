import type { InfoNceOptions } from "@wellbegun/core/backend";
import type { Engine } from "../../engine.ts";
import type { TfjsMatrix } from "../../matrix.ts";
import { PairwiseSum } from "../../pairwise-sum.ts";
import type { TfTensor } from "../../tensorflow.ts";

const NORM_FLOOR = 1e-12;

/** Rows of length 1, and the norms that they had, rows x 1. */
interface UnitRows {
  readonly unit: TfTensor;
  readonly norms: TfTensor;
}

/** InfoNCE and its gradient, in panels of rows, so that no n x n tensor is held. */
export async function infoNce(
  engine: Engine,
  a: TfjsMatrix,
  v: TfjsMatrix,
  da: TfjsMatrix,
  dv: TfjsMatrix,
  { counts, temperature, weight }: InfoNceOptions,
): Promise<number> {
  const doing = "computing a contrastive loss";
  const { tf } = engine;
  const n = a.rows;
  if (n === 0) return 0;
  const total = counts.reduce((sum, count) => sum + count, 0);
  const scale = 1 / (total * temperature);
  const step = Math.max(1, Math.floor(engine.blockValues / n));
  const [left, right] = [unitRows(engine, doing, a), unitRows(engine, doing, v)];
  const toRight = new PairwiseSum(engine, doing);
  const toLeft: TfTensor[] = [];
  let value = 0;
  try {
    for (let first = 0; first < n; first += step) {
      const rows = Math.min(step, n - first);
      const made = engine.tidy(doing, () => {
        const [own, pair] = [
          engine.rowsFrom(left.unit, first, rows),
          engine.rowsFrom(right.unit, first, rows),
        ];
        const logits = tf.mul(tf.matMul(own, tf.transpose(right.unit)), tf.scalar(1 / temperature));
        const weights = engine.floats(Float32Array.from(counts), [1, n]);
        const e = tf.mul(tf.exp(logits), weights);
        const z = tf.reshape(tf.sum(e, 1), [rows, 1]);
        const shares = engine.floats(
          Float32Array.from(counts.subarray(first, first + rows), (c) => c * scale),
          [rows, 1],
        );
        const slopes = tf.mul(e, tf.div(shares, z));
        // The diagonal, -c_r scale, is taken off the products.
        const ofLeft = tf.sub(tf.matMul(slopes, right.unit), tf.mul(shares, pair));
        const ofRight = engine.transposedProduct(slopes, own);
        const logit = tf.div(tf.reshape(tf.sum(tf.mul(own, pair), 1), [rows, 1]), tf.scalar(temperature));
        return { ofLeft, ofRight, found: tf.concat([z, logit], 0) };
      });
      toLeft.push(made.ofLeft);
      toRight.add(made.ofRight);
      const found = await engine.result(doing, made.found);
      for (let r = 0; r < rows; r++) value += counts[first + r]! * (Math.log(found[r]!) - found[rows + r]!);
    }
    const sum = toRight.take()!;
    const slopes = engine.tidy(doing, () => {
      const shares = engine.floats(
        Float32Array.from(counts, (c) => c * scale),
        [n, 1],
      );
      return {
        left: throughUnit(engine, tf.concat(toLeft, 0), left, weight),
        right: throughUnit(engine, tf.sub(sum, tf.mul(shares, left.unit)), right, weight),
      };
    });
    sum.dispose();
    for (const [out, whole] of [
      [da, slopes.left],
      [dv, slopes.right],
    ] as const) {
      out.updateBlocks(doing, (i) => engine.rowsFrom(whole, out.firstRow(i), out.rowsIn(i)));
      whole.dispose();
    }
    return value / total;
  } finally {
    toRight.dispose();
    for (const tensor of [...toLeft, left.unit, left.norms, right.unit, right.norms]) tensor.dispose();
  }
}

function unitRows(engine: Engine, doing: string, x: TfjsMatrix): UnitRows {
  const { tf } = engine;
  return engine.tidy(doing, () => {
    const rows = x.rowsAt(0, x.rows);
    const squares = tf.reshape(tf.sum(tf.square(rows), 1), [x.rows, 1]);
    const norms = tf.maximum(tf.sqrt(squares), tf.scalar(NORM_FLOOR));
    return { unit: tf.div(rows, norms), norms };
  });
}

/** The gradient by rows before they were divided by their norms: (dy - (y . dy) y) weight / norm. Only inside `tidy`. */
function throughUnit(engine: Engine, dy: TfTensor, { unit, norms }: UnitRows, weight: number): TfTensor {
  const { tf } = engine;
  const [rows] = dy.shape as [number];
  const along = tf.reshape(tf.sum(tf.mul(dy, unit), 1), [rows, 1]);
  return tf.mul(tf.sub(dy, tf.mul(along, unit)), tf.div(tf.scalar(weight), norms));
}
