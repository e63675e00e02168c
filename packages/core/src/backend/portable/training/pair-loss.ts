import type { PairLosses, PairWeights } from "../../training.ts";
import { PairTerms } from "./pair-terms.ts";

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
  const terms = new PairTerms(weights, hu.length / columns);
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
    const { ranking, across, alongUser, alongItem, alongNegative } = terms.add({ score, uu, ii, jj, ui });
    for (let c = at; c < at + columns; c++) {
      const u = hu[c]!;
      const i = hi[c]!;
      const j = hj[c]!;
      dhu[c] = ranking * (i - j) + alongUser * u + across * i;
      dhi[c] = ranking * u + alongItem * i + across * u;
      dhj[c] = alongNegative * j - ranking * u;
    }
  }
  return terms.losses;
}
