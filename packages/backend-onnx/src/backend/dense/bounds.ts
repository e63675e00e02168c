/** The squared distances of rows to the middle come from the host as float32, with at most this relative error. */
const HOST_ERROR = 1e-5;

/**
 * Bounds on each row's distances between passes (Hamerly 2010, Making k-means even faster): its own centroid is
 * at most `upper` away, every other at least `lower`. A row with `upper` below `lower` keeps its label without
 * being read.
 */
export class Bounds {
  readonly #upper: Float64Array;
  readonly #lower: Float64Array;
  readonly #spread: Float32Array;
  readonly #middleNorm: number;

  /** Starts from the squared distance of each row to a middle, and the norm of that middle. */
  constructor(spread: Float32Array, middleNorm: number) {
    this.#spread = spread;
    this.#middleNorm = middleNorm;
    this.#upper = new Float64Array(spread.length).fill(Infinity);
    this.#lower = new Float64Array(spread.length);
  }

  /** An upper bound on the norm of a row, by the triangle inequality through the middle. */
  normOf(row: number): number {
    return (Math.sqrt(this.#spread[row]!) + this.#middleNorm) * (1 + HOST_ERROR);
  }

  /**
   * Sets the bounds from the score of the row's own centroid and the least of any other, each with an error of
   * at most `error`. With NaN, the row is scored again at every pass.
   */
  set(row: number, own: number, other: number, error: number): void {
    const spread = this.#spread[row]!;
    const margin = error + HOST_ERROR * spread;
    this.#upper[row] = Math.sqrt(Math.max(0, spread + own + margin)) * (1 + 2 ** -50);
    this.#lower[row] = Math.sqrt(Math.max(0, spread + other - margin)) * (1 - 2 ** -50);
  }

  /** Widens the bounds by the moves of the centroids. Returns the rows to score again. */
  widen(labels: Int32Array, moves: Moves, missing: Uint8Array | undefined): Uint32Array {
    const rows = new Uint32Array(labels.length);
    let count = 0;
    for (let row = 0; row < labels.length; row++) {
      if (missing !== undefined && missing[row] !== 0) continue;
      const label = labels[row]!;
      if (label >= 0) {
        this.#upper[row]! += moves.of[label]!;
        this.#lower[row]! -= label === moves.farthest ? moves.second : moves.largest;
      }
      // Equal bounds may be a tie, which the lowest label wins.
      if (!(this.#upper[row]! * (1 + 2 ** -50) < this.#lower[row]!)) rows[count++] = row;
    }
    return rows.subarray(0, count);
  }
}

/** How far each centroid moved between two passes, rounded up, and the two largest moves. */
export interface Moves {
  readonly of: Float64Array;
  readonly farthest: number;
  readonly largest: number;
  readonly second: number;
}

/** Compares centroids with those of the pass before. */
export function movesBetween(
  before: Float32Array,
  after: Float32Array,
  clusters: number,
  columns: number,
): Moves {
  const moves = new Float64Array(clusters);
  let farthest = 0;
  let second = 0;
  for (let k = 0; k < clusters; k++) {
    let squares = 0;
    for (let p = k * columns; p < (k + 1) * columns; p++) squares += (after[p]! - before[p]!) ** 2;
    // A centroid that was NaN before may have moved any distance.
    moves[k] = Number.isNaN(squares) ? Infinity : Math.sqrt(squares) * (1 + (columns + 4) * 2 ** -52);
    if (k === 0) continue;
    if (moves[k]! > moves[farthest]!) {
      second = moves[farthest]!;
      farthest = k;
    } else if (moves[k]! > second) second = moves[k]!;
  }
  return { of: moves, farthest, largest: moves[farthest]!, second };
}
