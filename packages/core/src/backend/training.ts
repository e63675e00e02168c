import type { Matrix } from "./matrix.ts";

/** Weights of the three losses of {@link TrainingOperations.pairLoss}; a weight of 0 leaves its loss out. */
export interface PairWeights {
  /** Weight of the ranking loss, mean over the pairs of -log(floor + sigmoid(x)), x = hu . (hi - hj). */
  readonly ranking: number;
  /** Added to the sigmoid before its logarithm is taken. Default: 0, the softplus form. */
  readonly floor?: number | undefined;
  /** Weight of half the sum of the squares of hu, hi and hj: a sum over the pairs, not a mean. */
  readonly squares: number;
  /** Weight of 1 - mean cos(hu, hi). Norms are at least 1e-8. */
  readonly cosine: number;
}

/** The losses of {@link TrainingOperations.pairLoss}, without their weights. */
export interface PairLosses {
  readonly ranking: number;
  readonly squares: number;
  readonly cosine: number;
}

/** Options of {@link TrainingOperations.infoNce}. */
export interface InfoNceOptions {
  /** How often each row stands in the batch, all above 0. */
  readonly counts: Float64Array;
  /** The divisor of the cosines, above 0; at least 0.02, since e^(1 / temperature) must be a float32. */
  readonly temperature: number;
  /** Factor of the gradient. */
  readonly weight: number;
}

/**
 * A mean gradient below it may count as 0, since with the paper's epsilon it moves nothing. Without gradients a mean shrinks by a
 * tenth a step, to subnormal numbers after some 700 steps, of which processors take 40 times as long.
 */
export const LEAST_MEAN: number = 1e-30;

/** One step of Adam (Kingma and Ba, 2015), without weight decay. */
export interface AdamStep {
  /** Learning rate of this step. */
  readonly rate: number;
  /** Decay of the mean gradient; 0.9 in the paper. */
  readonly beta1: number;
  /** Decay of the mean squared gradient; 0.999 in the paper. */
  readonly beta2: number;
  /** Added to the root of the mean square; 1e-8 in the paper. */
  readonly epsilon: number;
  /** beta1 to the power of the step's number, counted from 1. */
  readonly beta1Power: number;
  /** beta2 to the power of the step's number, counted from 1. */
  readonly beta2Power: number;
}

/**
 * The operations that training needs besides those of every backend: layers with hand-written gradients, losses,
 * and the optimizer. Tables are float32, and losses float64. An output is overwritten, unless its description says
 * that a result is added to it; it must be none of the inputs.
 *
 * The conformance suite judges each operation by float64 loops and by finite differences.
 */
export interface TrainingOperations<M extends Matrix = Matrix> {
  /** x = x + bias in every row, in place; bias is 1 x columns. */
  addBias(x: M, bias: M): Promise<void>;

  /** out = a b^T. */
  multiplyTransposed(a: M, b: M, out: M): Promise<void>;

  /** out = the sum of weights[k] xs[k] over one or more matrices of the shape of `out`, in their order. */
  weightedSum(xs: readonly M[], weights: readonly number[], out: M): Promise<void>;

  /** Row r of `out` = row `indices[r]` of `x`. */
  gatherRows(x: M, indices: Uint32Array, out: M): Promise<void>;

  /**
   * The gradient of {@link gatherRows}: adds row r of `rows` to row `indices[r]` of `table`, in the order of the
   * rows.
   */
  scatterRows(rows: M, indices: Uint32Array, table: M): Promise<void>;

  /** g = sigmoid(a + bias), z = q * g; all rows x columns but the bias, which is 1 x columns. */
  gate(a: M, bias: M, q: M, g: M, z: M): Promise<void>;

  /** The gradient of {@link gate}: dq = dq + dz * g, da = dz * q * g * (1 - g). */
  gateBackward(dz: M, q: M, g: M, dq: M, da: M): Promise<void>;

  /** out = (x - mean) / sqrt(variance + 1e-5) * gain + bias, row by row; gain and bias are 1 x columns. */
  layerNorm(x: M, gain: M, bias: M, out: M): Promise<void>;

  /** The gradient of {@link layerNorm}; `dx` is rows x columns, `dgain` and `dbias` are 1 x columns. */
  layerNormBackward(dout: M, x: M, gain: M, dx: M, dgain: M, dbias: M): Promise<void>;

  /**
   * The losses of a batch of pairs: row r of `hu`, `hi` and `hj` holds the user, its item and the negative item. Writes
   * the gradient of the weighted sum.
   */
  pairLoss(hu: M, hi: M, hj: M, dhu: M, dhi: M, dhj: M, weights: PairWeights): Promise<PairLosses>;

  /**
   * The contrastive loss InfoNCE (van den Oord et al., 2018) between two views, n x d each, of n distinct rows that stand
   * `counts` times in the batch: sum_r c_r (log sum_s c_s exp(a_r . v_s / t) - a_r . v_r / t) / sum(c), with rows of
   * length 1 (norms of at least 1e-12). Equal to the loss over the batch with its repeated rows. Writes the gradient of
   * `weight` times the loss, and returns the loss.
   */
  infoNce(a: M, v: M, da: M, dv: M, options: InfoNceOptions): Promise<number>;

  /** Moves the parameter `p` by one step, given its gradient `g`; `m` and `v` are its moments. All of one shape. */
  adam(p: M, m: M, v: M, g: M, step: AdamStep): Promise<void>;
}
