import type { Engine } from "../../engine.ts";
import type { TfjsMatrix } from "../../matrix.ts";
import { PairwiseSum } from "../../pairwise-sum.ts";
import type { TfTensor } from "../../tensorflow.ts";

const EPSILON = 1e-5;

/** g = sigmoid(a + bias), z = q * g. */
export function gate(
  engine: Engine,
  a: TfjsMatrix,
  bias: TfjsMatrix,
  q: TfjsMatrix,
  g: TfjsMatrix,
  z: TfjsMatrix,
): void {
  const doing = "computing a gate";
  const { tf } = engine;
  g.updateBlocks(doing, (i) => tf.sigmoid(tf.add(a.block(i), bias.block(0))));
  z.updateBlocks(doing, (i) => tf.mul(q.block(i), g.block(i)));
}

/** dq = dq + dz * g, da = dz * q * g * (1 - g). */
export function gateBackward(
  engine: Engine,
  dz: TfjsMatrix,
  q: TfjsMatrix,
  g: TfjsMatrix,
  dq: TfjsMatrix,
  da: TfjsMatrix,
): void {
  const doing = "computing the gradient of a gate";
  const { tf } = engine;
  dq.updateBlocks(doing, (i) => tf.add(dq.block(i), tf.mul(dz.block(i), g.block(i))));
  da.updateBlocks(doing, (i) => {
    const opening = g.block(i);
    const slope = tf.mul(opening, tf.sub(tf.scalar(1), opening));
    return tf.mul(tf.mul(dz.block(i), q.block(i)), slope);
  });
}

/** out = (x - mean) / sqrt(variance + 1e-5) * gain + bias, row by row. */
export function layerNorm(
  engine: Engine,
  x: TfjsMatrix,
  gain: TfjsMatrix,
  bias: TfjsMatrix,
  out: TfjsMatrix,
): void {
  const { tf } = engine;
  out.updateBlocks("normalizing a layer", (i) => {
    const { normal } = normalized(engine, x.block(i));
    return tf.add(tf.mul(normal, gain.block(0)), bias.block(0));
  });
}

/** The gradient of {@link layerNorm}. */
export function layerNormBackward(
  engine: Engine,
  dout: TfjsMatrix,
  x: TfjsMatrix,
  gain: TfjsMatrix,
  dx: TfjsMatrix,
  dgain: TfjsMatrix,
  dbias: TfjsMatrix,
): void {
  const doing = "computing the gradient of a layer normalization";
  const { tf } = engine;
  dx.updateBlocks(doing, (i) => {
    const { normal, factor } = normalized(engine, x.block(i));
    const y = tf.mul(dout.block(i), gain.block(0));
    const along = tf.mul(normal, rowMeans(engine, tf.mul(y, normal)));
    return tf.mul(factor, tf.sub(tf.sub(y, rowMeans(engine, y)), along));
  });
  setColumnSums(engine, doing, x, dgain, (i) => tf.mul(dout.block(i), normalized(engine, x.block(i)).normal));
  setColumnSums(engine, doing, x, dbias, (i) => dout.block(i));
}

/** A block about its rows' means, divided by their deviations; and 1 / deviation of each row. Only inside `tidy`. */
function normalized(
  engine: Engine,
  block: TfTensor,
): { readonly normal: TfTensor; readonly factor: TfTensor } {
  const { tf } = engine;
  const about = tf.sub(block, rowMeans(engine, block));
  const variance = rowMeans(engine, tf.square(about));
  const factor = tf.div(tf.scalar(1), tf.sqrt(tf.add(variance, tf.scalar(EPSILON))));
  return { normal: tf.mul(about, factor), factor };
}

/** The mean of each row, rows x 1. Only inside `tidy`. */
function rowMeans({ tf }: Engine, block: TfTensor): TfTensor {
  const [rows, columns] = block.shape as [number, number];
  return tf.reshape(tf.div(tf.sum(block, 1), tf.scalar(columns)), [rows, 1]);
}

/** out = the column sums of what `block` computes for each block of x. */
function setColumnSums(
  engine: Engine,
  doing: string,
  x: TfjsMatrix,
  out: TfjsMatrix,
  block: (i: number) => TfTensor,
): void {
  const { tf } = engine;
  const total = new PairwiseSum(engine, doing);
  try {
    for (let i = 0; i < x.blockCount; i++) {
      total.add(engine.tidy(doing, () => tf.matMul(tf.ones([1, x.rowsIn(i)]), block(i))));
    }
    const sums = total.take();
    if (sums === undefined) out.clear();
    else out.setBlock(0, sums);
  } finally {
    total.dispose();
  }
}
