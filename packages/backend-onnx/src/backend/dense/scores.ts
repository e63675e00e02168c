/** Unit roundoff of float32, and the smallest number that no device flushes to zero. */
const UNIT = 2 ** -24;
const SMALLEST = 2 ** -126;
/** Above this, a product might exceed float32. */
const LARGEST = 1e38;

/**
 * Centroids prepared for scoring. The scores of a row x have the same order as its distances: with a point m
 * among them and d_k = c_k - m, |x - c_k|^2 = |x - m|^2 + q_k - 2 x d_k, where q_k = |d_k|^2 + 2 m d_k. The
 * smaller d, the smaller the error of the float32 product.
 */
export class Scoring {
  readonly clusters: number;
  readonly columns: number;
  readonly centroids: Float32Array;
  /** d, clusters x columns. */
  readonly offsets: Float32Array;
  /** q: a score is q_k - 2 x d_k. */
  readonly constants: Float64Array;
  readonly #slope: number;
  readonly #base: number;
  readonly #largestNorm: number;

  constructor(centroids: Float32Array, clusters: number, middle: Float32Array) {
    const columns = middle.length;
    this.clusters = clusters;
    this.columns = columns;
    this.centroids = centroids;
    this.offsets = new Float32Array(centroids.length);
    this.constants = new Float64Array(clusters);
    let largestNorm = 0;
    let largestConstant = 0;
    for (let k = 0; k < clusters; k++) {
      let squares = 0;
      let product = 0;
      let sizes = 0;
      for (let c = 0, p = k * columns; c < columns; c++, p++) {
        const difference = centroids[p]! - middle[c]!;
        const term = middle[c]! * difference;
        this.offsets[p] = difference;
        squares += difference * difference;
        product += term;
        sizes += Math.abs(term);
      }
      this.constants[k] = squares + 2 * product;
      largestNorm = Math.max(largestNorm, Math.sqrt(squares));
      largestConstant = Math.max(largestConstant, squares + 2 * sizes);
    }
    this.#largestNorm = largestNorm;
    // A float32 product of D terms errs by at most D + 1 roundings of |x| |d| in any order of summation
    // (Higham, Accuracy and Stability of Numerical Algorithms, section 3.1, with Cauchy-Schwarz); rounding d
    // adds one, doubling none. Underflow, in the products or in d, is counted in steps of the smallest number.
    this.#slope = 2 * 1.01 * (columns + 2) * UNIT * largestNorm + 4 * columns * SMALLEST;
    this.#base = 1.01 * (columns + 4) * 2 ** -52 * largestConstant + 4 * columns * SMALLEST;
  }

  /** A bound on the error of every score of a row of the given norm; Infinity where products might overflow. */
  errorOf(norm: number): number {
    return norm * this.#largestNorm < LARGEST ? this.#slope * norm + this.#base : Infinity;
  }
}
