import type { PairLosses, PairWeights } from "@wellbegun/core/backend";
import type { Engine } from "../../engine.ts";
import type { TfjsMatrix } from "../../matrix.ts";
import type { TfTensor } from "../../tensorflow.ts";

const NORM_FLOOR = 1e-8;

/** The losses of a batch of pairs; those of single pairs are added up on the processor, in float64. */
export async function pairLoss(
  engine: Engine,
  hu: TfjsMatrix,
  hi: TfjsMatrix,
  hj: TfjsMatrix,
  dhu: TfjsMatrix,
  dhi: TfjsMatrix,
  dhj: TfjsMatrix,
  weights: PairWeights,
): Promise<PairLosses> {
  const doing = "computing the losses of pairs";
  const { rows } = hu;
  let [ranking, squares, cosine] = [0, 0, 0];
  for (let block = 0; block < hu.blockCount; block++) {
    const made = engine.tidy(doing, () =>
      pairsOf(engine, [hu.block(block), hi.block(block), hj.block(block)], weights, rows),
    );
    dhu.setBlock(block, made.slopes[0]);
    dhi.setBlock(block, made.slopes[1]);
    dhj.setBlock(block, made.slopes[2]);
    const losses = await engine.result(doing, made.losses);
    const count = losses.length / 3;
    for (let r = 0; r < count; r++) {
      ranking += losses[r]!;
      squares += losses[count + r]!;
      cosine += losses[2 * count + r]!;
    }
  }
  return { ranking: ranking / rows, squares, cosine: 1 - cosine / rows };
}

/** Gradients by the rows of a block, and three losses of each pair, one after the other. Only inside `tidy`. */
function pairsOf(
  engine: Engine,
  [u, i, j]: readonly [TfTensor, TfTensor, TfTensor],
  { ranking, floor = 0, squares, cosine }: PairWeights,
  pairs: number,
): { readonly slopes: readonly [TfTensor, TfTensor, TfTensor]; readonly losses: TfTensor } {
  const { tf } = engine;
  const [rows] = u.shape as [number];
  const dots = (a: TfTensor, b: TfTensor): TfTensor => tf.reshape(tf.sum(tf.mul(a, b), 1), [rows, 1]);
  const times = (x: TfTensor, factor: number): TfTensor => tf.mul(x, tf.scalar(factor));
  const between = tf.sub(i, j);
  const score = dots(u, between);
  const [uu, ii, jj] = [dots(u, u), dots(i, i), dots(j, j)];
  const userNorm = tf.maximum(tf.sqrt(uu), tf.scalar(NORM_FLOOR));
  const itemNorm = tf.maximum(tf.sqrt(ii), tf.scalar(NORM_FLOOR));
  const alignment = tf.div(tf.div(dots(u, i), userNorm), itemNorm);

  const [s, t] = [tf.sigmoid(score), tf.sigmoid(times(score, -1))];
  const small = tf.exp(times(tf.abs(score), -1));
  const softplus = tf.add(tf.maximum(times(score, -1), tf.scalar(0)), tf.log(tf.add(small, tf.scalar(1))));
  const lifted = tf.add(s, tf.scalar(floor));
  const loss = floor === 0 ? softplus : times(tf.log(lifted), -1);
  const slope = times(floor === 0 ? t : tf.div(tf.mul(s, t), lifted), -ranking / pairs);

  const w = -cosine / pairs;
  const across = tf.div(tf.div(tf.scalar(w), userNorm), itemNorm);
  const along = (norm: TfTensor): TfTensor =>
    tf.sub(tf.scalar(squares), tf.div(tf.div(times(alignment, w), norm), norm));
  return {
    slopes: [
      tf.add(tf.add(tf.mul(slope, between), tf.mul(along(userNorm), u)), tf.mul(across, i)),
      tf.add(tf.add(tf.mul(slope, u), tf.mul(along(itemNorm), i)), tf.mul(across, u)),
      tf.sub(times(j, squares), tf.mul(slope, u)),
    ],
    losses: tf.concat([loss, times(tf.add(tf.add(uu, ii), jj), 0.5), alignment], 0),
  };
}
