import type { Assignment, AssignmentStep, Matrix } from "@wellbegun/core/backend";
import { Bounds, movesBetween } from "./bounds.ts";
import { ClusterSums } from "./cluster-sums.ts";
import { blocks, type Context, runRows } from "./context.ts";
import { squaredDistance } from "./distances.ts";
import { findNearest, type Nearest } from "./nearest.ts";
import { Scoring } from "./scores.ts";

/** Most scores in memory at a time: 4 MB. */
const SCORES: number = 2 ** 20;

/** The state that the first pass sets up; the rows are the same at every pass. */
interface Started {
  /** A point among the centroids of the first pass. */
  readonly middle: Float32Array;
  readonly bounds: Bounds;
  /** The centroids of the pass before. */
  centroids: Float32Array;
  /**
   * Most rows of one run, memory for their products with the centroids, and memory for copies of rows that are
   * not adjacent.
   */
  readonly runRows: number;
  readonly products: Float32Array;
  readonly gathered: Float32Array;
}

/** One k-means run whose scores are dense products. */
export class ScoredAssignment implements Assignment {
  readonly #context: Context;
  readonly rows: number;
  readonly columns: number;
  readonly clusters: number;
  readonly #missing: Uint8Array | undefined;
  readonly #sums: ClusterSums;
  readonly #labels: Int32Array;
  #started: Started | undefined;

  constructor(
    context: Context,
    rows: number,
    columns: number,
    clusters: number,
    missing: Uint8Array | undefined,
  ) {
    this.#context = context;
    this.rows = rows;
    this.columns = columns;
    this.clusters = clusters;
    this.#missing = missing?.slice();
    this.#sums = new ClusterSums(clusters, columns);
    this.#labels = new Int32Array(rows).fill(-1);
  }

  async labels(): Promise<Int32Array> {
    return this.#labels.slice();
  }

  dispose(): void {
    this.#started = undefined;
  }

  /** One Lloyd pass: scores the rows whose bounds leave their label undecided, a block at a time. */
  async assign(x: Matrix, centroids: Float32Array): Promise<AssignmentStep> {
    const labels = this.#labels;
    const { columns, clusters } = this;
    const started = this.#started ?? (await this.#start(x, centroids));
    this.#started = started;
    const { bounds } = started;
    const moves = movesBetween(started.centroids, centroids, clusters, columns);
    started.centroids = centroids.slice();
    const doubtful = bounds.widen(labels, moves, this.#missing);
    const scoring = new Scoring(centroids, clusters, started.middle);
    const nearest: Nearest = { label: 0, own: 0, other: 0 };
    let changed = 0;
    await this.#score(x, doubtful, scoring.offsets, started, (row, products, rows, i) => {
      const error = scoring.errorOf(bounds.normOf(row));
      findNearest(scoring, products, rows, i, error, nearest);
      const { label, own, other } = nearest;
      bounds.set(row, own, other, error);
      if (label === labels[row]) return;
      this.#sums.move(rows, i, labels[row]!, label);
      labels[row] = label;
      changed++;
    });
    return { changed, ...this.#sums.copy() };
  }

  /** Squared distance of each row to the centroid of its label, 0 for rows without one. */
  async assignedDistances(x: Matrix, centroids: Float32Array): Promise<Float32Array> {
    return await this.#context.host.read(x, 0, x.rows, (values) =>
      Float32Array.from(this.#labels, (label, row) =>
        label < 0 ? 0 : squaredDistance(values, row, centroids, label, this.columns),
      ),
    );
  }

  async #start(x: Matrix, centroids: Float32Array): Promise<Started> {
    const { host } = this.#context;
    const { rows, columns, clusters } = this;
    const middle = new Float32Array(columns);
    for (let p = 0; p < centroids.length; p++) middle[p % columns]! += centroids[p]! / clusters;
    const most = Math.max(1, Math.min(rows, runRows(columns), Math.floor(SCORES / clusters)));
    return {
      middle,
      bounds: new Bounds(await host.squaredDistances(x, middle, 1), normOf(middle)),
      centroids,
      runRows: most,
      products: new Float32Array(most * clusters),
      gathered: new Float32Array(most * columns),
    };
  }

  /** Passes the products of the chosen rows with the centroids' offsets, block by block. */
  async #score(
    x: Matrix,
    chosen: Uint32Array,
    offsets: Float32Array,
    { runRows: most, products, gathered }: Started,
    use: (row: number, products: Float32Array, rows: Float32Array, i: number) => void,
  ): Promise<void> {
    const { host, sessions } = this.#context;
    const { columns, clusters } = this;
    const right = { values: offsets, rows: clusters, columns };
    await host.read(x, 0, this.rows, async (values) => {
      for (const [first, count] of blocks(chosen.length, most)) {
        const own = chosen.subarray(first, first + count);
        const rows = chosenRows(values, own, columns, gathered);
        const result = { values: products.subarray(0, count * clusters), rows: count, columns: clusters };
        await sessions.run("productOfRows", { values: rows, rows: count, columns }, right, result);
        for (let i = 0; i < count; i++) use(own[i]!, products, rows, i);
      }
    });
  }
}

function normOf(values: Float32Array): number {
  return Math.sqrt(values.reduce((sum, value) => sum + value * value, 0));
}

/** The chosen rows side by side: a view if they are adjacent, else a copy in `gathered`. */
function chosenRows(
  values: Float32Array,
  chosen: Uint32Array,
  columns: number,
  gathered: Float32Array,
): Float32Array {
  const first = chosen[0]!;
  if (chosen.at(-1)! - first + 1 === chosen.length) {
    return values.subarray(first * columns, (first + chosen.length) * columns);
  }
  for (let i = 0; i < chosen.length; i++) {
    gathered.set(values.subarray(chosen[i]! * columns, (chosen[i]! + 1) * columns), i * columns);
  }
  return gathered.subarray(0, chosen.length * columns);
}
