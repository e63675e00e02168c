import type { AssignmentStep, Backend } from "../../backend/backend.ts";
import { checkpoint, type Observer } from "../../progress.ts";
import { type ClusterPart, createParts } from "./parts.ts";
import { reseedEmpty } from "./reseed-empty.ts";
import type { ClusterRows } from "./sampled-rows.ts";

/**
 * Bytes for each row that runs hold beside an assignment: the labels of the best run and of the present one, distances; and, to
 * reseed empty clusters, labels and distances.
 */
export const lloydRowBytes: number = 2 * 4 + 4 + (4 + 4);

/** How {@link lloyd} iterates. */
export interface LloydOptions extends Observer {
  readonly maxIterations: number;
  /** The squared shift of the centroids that ends a run, from its first step. Default: a run ends where no row moves. */
  readonly limitFrom?: ((first: AssignmentStep) => Promise<number>) | undefined;
  readonly gatherRows?: number | undefined;
  /** Appears in errors and progress. */
  readonly modality: string;
  /** Index of this run, from 0, and the number of runs, for progress. */
  readonly restart: number;
  readonly restarts: number;
}

/** What a run of Lloyd's iterations ends with. */
export interface LloydRun {
  /** clusters x columns, row-major float32, in the space of the prepared features. */
  readonly centroids: Float32Array;
  /** Cluster of each row; -1 for a missing row. */
  readonly labels: Int32Array;
  /** Rows in each cluster. */
  readonly counts: Uint32Array;
  /** Sum of the squared distances of the rows to their centroids. */
  readonly inertia: number;
  /** By how much the inertia would fall if each centroid moved to the mean of its rows. */
  readonly excess: number;
  /** Lloyd iterations of this run. */
  readonly iterations: number;
  /** Whether the run met the tolerance within `maxIterations`. */
  readonly converged: boolean;
  /** Empty clusters that were given a new centroid in this run. */
  readonly reseeded: number;
}

/** Lloyd's iterations from given centroids, which are overwritten. */
export async function lloyd(
  backend: Backend,
  blocks: ClusterRows,
  centroids: Float32Array,
  options: LloydOptions,
): Promise<LloydRun> {
  const { restart, restarts } = options;
  const clusters = centroids.length / blocks.columns;
  const parts = await createParts(backend, blocks, clusters, options.gatherRows ?? blocks.rows);
  try {
    let step = await assignAll(parts, centroids);
    const limit = (await options.limitFrom?.(step)) ?? 0;
    let iterations = 0;
    let reseeded = 0;
    let converged = false;
    while (iterations < options.maxIterations && !converged) {
      await checkpoint(options, `clustering ${options.modality}`);
      iterations++;
      reseeded += await reseedEmpty(blocks, parts, centroids, step);
      const shift = moveCentroids(centroids, step, blocks.columns);
      step = await assignAll(parts, centroids);
      converged = step.changed === 0 || shift <= limit;
      options.onProgress?.({
        stage: "cluster",
        modality: options.modality,
        done: restart + (converged ? 1 : iterations / options.maxIterations),
        total: restarts,
        note: `run ${restart + 1} of ${restarts}, iteration ${iterations}, ${step.changed} items moved`,
      });
    }
    const labels = new Int32Array(blocks.rows);
    let inertia = 0;
    for (const part of parts) {
      labels.set(await part.labels(), part.firstRow);
      const distances = await part.distances(centroids);
      for (let row = 0; row < distances.length; row++) inertia += distances[row]!;
    }
    const excess = excessOf(centroids, step, blocks.columns);
    return { centroids, labels, counts: step.counts, inertia, excess, iterations, converged, reseeded };
  } finally {
    for (const part of parts) part.dispose();
  }
}

async function assignAll(parts: readonly ClusterPart[], centroids: Float32Array): Promise<AssignmentStep> {
  const first = await parts[0]!.assign(centroids);
  // Copies, since the backend owns the step and reseeding changes the arrays.
  const sums = first.sums.slice();
  const counts = first.counts.slice();
  let { changed } = first;
  for (let p = 1; p < parts.length; p++) {
    const step = await parts[p]!.assign(centroids);
    changed += step.changed;
    for (let i = 0; i < sums.length; i++) sums[i]! += step.sums[i]!;
    for (let k = 0; k < counts.length; k++) counts[k]! += step.counts[k]!;
  }
  return { changed, sums, counts };
}

/** Moves every centroid to the mean of its cluster; returns the sum of the squared shifts. */
function moveCentroids(centroids: Float32Array, step: AssignmentStep, columns: number): number {
  const { sums, counts } = step;
  let shift = 0;
  for (let k = 0; k < counts.length; k++) {
    const count = counts[k]!;
    if (count === 0) continue;
    for (let c = 0, i = k * columns; c < columns; c++, i++) {
      const before = centroids[i]!;
      centroids[i] = sums[i]! / count;
      const moved = centroids[i]! - before;
      shift += moved * moved;
    }
  }
  return shift;
}

/** The sum over clusters of their rows times the squared distance of their centroid to their mean. */
function excessOf(centroids: Float32Array, { sums, counts }: AssignmentStep, columns: number): number {
  let excess = 0;
  for (const [k, count] of counts.entries()) {
    if (count === 0) continue;
    for (let i = k * columns; i < (k + 1) * columns; i++)
      excess += count * (centroids[i]! - sums[i]! / count) ** 2;
  }
  return excess;
}
