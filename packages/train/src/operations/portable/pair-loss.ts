import type { PairLosses, PairWeights } from "../operations.ts";
import { exp, log, log1p, sigmoid } from "./exponential.ts";

/** Lower bound of a row's norm in a cosine. */
const NORM_FLOOR = 1e-8;

/**
 * BPR (Rendle et al., 2009), the sum of squares and the cosine alignment of a batch of pairs, in one pass over the rows.
 * Each array is pairs x columns. The gradients are of the weighted sum of the three losses.
 */
export function pairLoss(
  hu: Float32Array,
  hi: Float32Array,
  hj: Float32Array,
  dhu: Float32Array,
  dhi: Float32Array,
  dhj: Float32Array,
  columns: number,
  weights: PairWeights,
): PairLosses {
  const pairs = hu.length / columns;
  const { floor = 0 } = weights;
  let ranking = 0;
  let squares = 0;
  let cosines = 0;
  for (let at = 0; at < hu.length; at += columns) {
    let [score, uu, ii, jj, ui] = [0, 0, 0, 0, 0];
    for (let c = at; c < at + columns; c++) {
      const u = hu[c]!;
      const i = hi[c]!;
      const j = hj[c]!;
      score += u * (i - j);
      uu += u * u;
      ii += i * i;
      jj += j * j;
      ui += u * i;
    }
    squares += (uu + ii + jj) / 2;
    ranking += floor === 0 ? softplus(-score) : -log(floor + sigmoid(score));
    const userNorm = Math.max(Math.sqrt(uu), NORM_FLOOR);
    const itemNorm = Math.max(Math.sqrt(ii), NORM_FLOOR);
    const cosine = ui / (userNorm * itemNorm);
    cosines += cosine;

    const g = (weights.ranking * slope(score, floor)) / pairs;
    const w = -weights.cosine / pairs;
    // d cos / d hu = (hi / |hi| - cos hu / |hu|) / |hu|, and alike for hi.
    const across = w / (userNorm * itemNorm);
    const alongUser = (w * cosine) / (userNorm * userNorm);
    const alongItem = (w * cosine) / (itemNorm * itemNorm);
    for (let c = at; c < at + columns; c++) {
      const u = hu[c]!;
      const i = hi[c]!;
      const j = hj[c]!;
      dhu[c] = g * (i - j) + weights.squares * u + across * i - alongUser * u;
      dhi[c] = g * u + weights.squares * i + across * u - alongItem * i;
      dhj[c] = -g * u + weights.squares * j;
    }
  }
  return { ranking: ranking / pairs, squares, cosine: 1 - cosines / pairs };
}

/** log(1 + e^x). */
function softplus(x: number): number {
  return Math.max(x, 0) + log1p(exp(-Math.abs(x)));
}

/** The derivative of -log(floor + sigmoid(x)). */
function slope(x: number, floor: number): number {
  if (floor === 0) return -sigmoid(-x);
  const s = sigmoid(x);
  return (-s * sigmoid(-x)) / (floor + s);
}
