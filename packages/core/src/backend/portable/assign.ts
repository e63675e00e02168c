import type { Assignment, AssignmentStep } from "../backend.ts";
import { squaredDistance } from "./distances.ts";
import { squaredNorm } from "./rows.ts";
import { type Rows, rowsOf, TILE_COLUMNS, TILE_ROWS, type Tile } from "./tile.ts";

/** The labels of one k-means run. */
export class PortableAssignment implements Assignment {
  readonly rows: number;
  readonly columns: number;
  readonly clusters: number;
  readonly missing: Uint8Array | undefined;
  /** The labels themselves. */
  readonly current: Int32Array;
  #norms: Float64Array | undefined;

  constructor(rows: number, columns: number, clusters: number, missing?: Uint8Array) {
    this.rows = rows;
    this.columns = columns;
    this.clusters = clusters;
    this.missing = missing?.slice();
    this.current = new Int32Array(rows).fill(-1);
  }

  /** Squared norm of each row, from the first pass on: the rows are the same at every pass. */
  norms(x: Float32Array): Float64Array {
    this.#norms ??= squaredNorms(x, this.rows, this.columns);
    return this.#norms;
  }

  async labels(): Promise<Int32Array> {
    return this.current.slice();
  }

  dispose(): void {}
}

/** One Lloyd pass: new labels, then the sums of the clusters in row order. */
export function assign(
  assignment: PortableAssignment,
  x: Float32Array,
  centroids: Float32Array,
  tile: Tile,
): AssignmentStep {
  const { rows, columns, clusters, missing } = assignment;
  const labels = assignment.current;
  const nearest = new Nearest(x, assignment.norms(x), columns, centroids, clusters, tile);
  const sums = new Float64Array(clusters * columns);
  const counts = new Uint32Array(clusters);
  let changed = 0;
  for (let first = 0; first < rows; first += TILE_ROWS) {
    const count = Math.min(TILE_ROWS, rows - first);
    const found = nearest.ofRows(first, count);
    for (let i = 0; i < count; i++) {
      const row = first + i;
      if (missing !== undefined && missing[row] !== 0) continue;
      const label = found[i]!;
      if (labels[row] !== label) changed++;
      labels[row] = label;
      counts[label]!++;
      const to = label * columns;
      const from = row * columns;
      for (let c = 0; c < columns; c++) sums[to + c]! += x[from + c]!;
    }
  }
  return { changed, sums, counts };
}

// More than the rounding error of the expanded form in float64 (about 1e-16 times the square root of the
// width).
const CLOSE = 1e-12;

/**
 * Finds nearest centroids by ||c||^2 - 2 x.c, which takes fewer operations than differences. Rows whose two
 * nearest centroids are too close for that form are decided by differences, so that equal distances are
 * recognized exactly.
 */
class Nearest {
  readonly #x: Float32Array;
  readonly #xNorms: Float64Array;
  readonly #columns: number;
  readonly #centroids: Float32Array;
  readonly #norms: Float64Array;
  readonly #largestNorm: number;
  readonly #left: Rows;
  readonly #right: Rows;
  readonly #tile: Tile;
  readonly #labels: Int32Array = new Int32Array(TILE_ROWS);
  readonly #best: Float64Array = new Float64Array(TILE_ROWS);
  readonly #second: Float64Array = new Float64Array(TILE_ROWS);

  constructor(
    x: Float32Array,
    xNorms: Float64Array,
    columns: number,
    centroids: Float32Array,
    clusters: number,
    tile: Tile,
  ) {
    this.#x = x;
    this.#xNorms = xNorms;
    this.#columns = columns;
    this.#centroids = centroids;
    this.#norms = squaredNorms(centroids, clusters, columns);
    this.#largestNorm = largest(this.#norms);
    this.#left = rowsOf(x, columns);
    this.#right = rowsOf(centroids, columns);
    this.#tile = tile;
  }

  /** Labels of rows `first .. first + count - 1`; valid until the next call. */
  ofRows(first: number, count: number): Int32Array {
    const clusters = this.#norms.length;
    this.#labels.fill(0);
    this.#best.fill(Infinity);
    this.#second.fill(Infinity);
    for (let c = 0; c < clusters; c += TILE_COLUMNS) {
      const width = Math.min(TILE_COLUMNS, clusters - c);
      this.#tile.fill(this.#left, first, count, this.#right, c, width, this.#columns);
      this.#compare(count, c, width);
    }
    for (let i = 0; i < count; i++) {
      const gap = this.#second[i]! - this.#best[i]!;
      if (gap <= CLOSE * (this.#xNorms[first + i]! + this.#largestNorm)) {
        this.#labels[i] = this.#byDifferences(first + i);
      }
    }
    return this.#labels;
  }

  #compare(count: number, firstCluster: number, width: number): void {
    const dots = this.#tile.dots;
    const norms = this.#norms;
    for (let i = 0; i < count; i++) {
      let label = this.#labels[i]!;
      let best = this.#best[i]!;
      let second = this.#second[i]!;
      for (let j = 0; j < width; j++) {
        const score = norms[firstCluster + j]! - 2 * dots[i * TILE_COLUMNS + j]!;
        if (score < best) {
          second = best;
          best = score;
          label = firstCluster + j;
        } else if (score < second) second = score;
      }
      this.#labels[i] = label;
      this.#best[i] = best;
      this.#second[i] = second;
    }
  }

  #byDifferences(row: number): number {
    let label = 0;
    let best = Infinity;
    for (let c = 0; c < this.#norms.length; c++) {
      const from = c * this.#columns;
      const distance = squaredDistance(this.#x, row * this.#columns, this.#centroids, from, this.#columns);
      if (distance < best) {
        best = distance;
        label = c;
      }
    }
    return label;
  }
}

function squaredNorms(x: Float32Array, rows: number, columns: number): Float64Array {
  const norms = new Float64Array(rows);
  for (let r = 0; r < rows; r++) norms[r] = squaredNorm(x, r * columns, columns);
  return norms;
}

/** The largest value, at least 0; skips NaN, which Math.max would return. */
function largest(values: Float64Array): number {
  let most = 0;
  for (const value of values) if (value > most) most = value;
  return most;
}
