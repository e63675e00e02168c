import { exp, log, log1p, sigmoid } from "../../../exponential.ts";
import type { PairLosses, PairWeights } from "../../training.ts";

/** Lower bound of a row's norm in a cosine. */
const NORM_FLOOR = 1e-8;

/** Products of the three rows of a pair. */
export interface PairProducts {
  /** hu . (hi - hj). */
  readonly score: number;
  readonly uu: number;
  readonly ii: number;
  readonly jj: number;
  readonly ui: number;
}

/**
 * The gradient by the rows of a pair: dhu = ranking (hi - hj) + alongUser hu + across hi,
 * dhi = ranking hu + alongItem hi + across hu, dhj = alongNegative hj - ranking hu.
 */
export interface PairSlopes {
  readonly ranking: number;
  readonly across: number;
  readonly alongUser: number;
  readonly alongItem: number;
  readonly alongNegative: number;
}

/** Adds up the losses of a batch of pairs, one pair after the other. */
export class PairTerms {
  readonly #weights: PairWeights;
  readonly #pairs: number;
  #ranking = 0;
  #squares = 0;
  #cosines = 0;

  constructor(weights: PairWeights, pairs: number) {
    this.#weights = weights;
    this.#pairs = pairs;
  }

  /** Adds a pair; returns the gradient of the weighted sum of the losses. */
  add({ score, uu, ii, jj, ui }: PairProducts): PairSlopes {
    const { ranking, floor = 0, squares, cosine: alignment } = this.#weights;
    const own = floor === 0 ? softplusTerm(-score) : flooredTerm(score, floor);
    const userNorm = Math.max(Math.sqrt(uu), NORM_FLOOR);
    const itemNorm = Math.max(Math.sqrt(ii), NORM_FLOOR);
    const cosine = ui / (userNorm * itemNorm);
    this.#ranking += own.loss;
    this.#squares += (uu + ii + jj) / 2;
    this.#cosines += cosine;
    // d cos / d hu = (hi / |hi| - cos hu / |hu|) / |hu|, and alike for hi.
    const w = -alignment / this.#pairs;
    return {
      ranking: (ranking * own.slope) / this.#pairs,
      across: w / (userNorm * itemNorm),
      alongUser: squares - (w * cosine) / (userNorm * userNorm),
      alongItem: squares - (w * cosine) / (itemNorm * itemNorm),
      alongNegative: squares,
    };
  }

  /** The losses of all pairs that were added. */
  get losses(): PairLosses {
    return {
      ranking: this.#ranking / this.#pairs,
      squares: this.#squares,
      cosine: 1 - this.#cosines / this.#pairs,
    };
  }
}

/** log(1 + e^x), with the derivative by -x. */
function softplusTerm(x: number): { readonly loss: number; readonly slope: number } {
  const small = exp(-Math.abs(x));
  return { loss: Math.max(x, 0) + log1p(small), slope: -(x < 0 ? small : 1) / (1 + small) };
}

/** -log(floor + sigmoid(x)) and its derivative. */
function flooredTerm(x: number, floor: number): { readonly loss: number; readonly slope: number } {
  const s = sigmoid(x);
  return { loss: -log(floor + s), slope: (-s * sigmoid(-x)) / (floor + s) };
}
