import type { AdamStep, TrainingOperations } from "@wellbegun/core/backend";
import type { Engine } from "../../engine.ts";
import type { TfjsMatrix } from "../../matrix.ts";
import { infoNce } from "./info-nce.ts";
import { gate, gateBackward, layerNorm, layerNormBackward } from "./layers.ts";
import { pairLoss } from "./pair-loss.ts";
import { addBias, gatherRows, multiplyTransposed, scatterRows, weightedSum } from "./rows.ts";

/** The operations of training by TensorFlow.js' own operations, without its gradients. */
export function tfjsTraining(engine: Engine): TrainingOperations<TfjsMatrix> {
  return {
    addBias: async (x, bias) => addBias(engine, x, bias),
    multiplyTransposed: (a, b, out) => multiplyTransposed(engine, a, b, out),
    weightedSum: async (xs, weights, out) => weightedSum(engine, xs, weights, out),
    gatherRows: (x, indices, out) => gatherRows(engine, x, indices, out),
    scatterRows: (rows, indices, table) => scatterRows(engine, rows, indices, table),
    gate: async (a, bias, q, g, z) => gate(engine, a, bias, q, g, z),
    gateBackward: async (dz, q, g, dq, da) => gateBackward(engine, dz, q, g, dq, da),
    layerNorm: async (x, gain, bias, out) => layerNorm(engine, x, gain, bias, out),
    layerNormBackward: async (dout, x, gain, dx, dgain, dbias) =>
      layerNormBackward(engine, dout, x, gain, dx, dgain, dbias),
    pairLoss: (hu, hi, hj, dhu, dhi, dhj, weights) => pairLoss(engine, hu, hi, hj, dhu, dhi, dhj, weights),
    infoNce: (a, v, da, dv, options) => infoNce(engine, a, v, da, dv, options),
    adam: async (p, m, v, g, step) => adam(engine, p, m, v, g, step),
  };
}

/** One step of Adam, block by block. */
function adam(
  engine: Engine,
  p: TfjsMatrix,
  m: TfjsMatrix,
  v: TfjsMatrix,
  g: TfjsMatrix,
  { rate, beta1, beta2, epsilon, beta1Power, beta2Power }: AdamStep,
): void {
  const doing = "moving a parameter";
  const { tf } = engine;
  const decayed = (x: TfjsMatrix, i: number, beta: number) => tf.mul(x.block(i), tf.scalar(beta));
  m.updateBlocks(doing, (i) => tf.add(decayed(m, i, beta1), tf.mul(g.block(i), tf.scalar(1 - beta1))));
  v.updateBlocks(doing, (i) =>
    tf.add(decayed(v, i, beta2), tf.mul(tf.square(g.block(i)), tf.scalar(1 - beta2))),
  );
  const root = 1 / Math.sqrt(1 - beta2Power);
  p.updateBlocks(doing, (i) => {
    const divisor = tf.add(tf.mul(tf.sqrt(v.block(i)), tf.scalar(root)), tf.scalar(epsilon));
    const step = tf.div(tf.mul(m.block(i), tf.scalar(rate / (1 - beta1Power))), divisor);
    return tf.sub(p.block(i), step);
  });
}
