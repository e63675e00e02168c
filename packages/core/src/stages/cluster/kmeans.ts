import type { AssignmentStep, Backend } from "../../backend/backend.ts";
import type { FeatureBlocks } from "../../data/blocks.ts";
import { describe } from "../../describe.ts";
import { WellbegunError } from "../../errors.ts";
import type { StartCentroids } from "../../options/method-options.ts";
import { checkpoint, type Observer } from "../../progress.ts";
import { createRandom, type Random } from "../../random.ts";
import { meanVariance } from "./mean-variance.ts";
import { type ClusterPart, createParts } from "./parts.ts";
import { reseedEmpty } from "./reseed-empty.ts";
import { sampleRows, seedRowCount } from "./sampled-rows.ts";
import { seedCentroids } from "./seed-centroids.ts";

/** Options of {@link kmeans}; see {@link FitOptions} for each. */
export interface KMeansOptions {
  readonly clusters: number;
  readonly seed: number;
  readonly restarts: number;
  readonly maxIterations: number;
  readonly tolerance: number;
  readonly start?: StartCentroids | undefined;
  readonly initSize?: number | undefined;
  /**
   * How to treat fewer distinct rows than clusters: `refuse` (the default) throws; `lower` reduces the number
   * of clusters to that of the distinct rows among those that seeds are drawn from.
   */
  readonly tooFewRows?: "refuse" | "lower" | undefined;
  /** Most gathered rows of streamed blocks that are held at a time. Default: all of them. */
  readonly gatherRows?: number | undefined;
  /** Names the random stream; appears in errors and progress. */
  readonly modality: string;
}

/**
 * Bytes for each row that runs hold beside an assignment: the labels of the best run and of the present one, distances; and, to
 * reseed empty clusters, labels and distances.
 */
export const lloydRowBytes: number = 2 * 4 + 4 + (4 + 4);

/** The result of the best run. */
export interface Clustering {
  /** clusters x columns, row-major float32, in the space of the prepared features. */
  readonly centroids: Float32Array;
  /** Cluster of each item; -1 for an item without the modality. */
  readonly labels: Int32Array;
  /** Items in each cluster. */
  readonly counts: Uint32Array;
  /** Sum of the squared distances of the items to their centroids. */
  readonly inertia: number;
  /** Lloyd iterations of this run. */
  readonly iterations: number;
  /** Whether the run met the tolerance within `maxIterations`. */
  readonly converged: boolean;
  /** Index of this run, from 0. */
  readonly restart: number;
  /** Empty clusters that were given a new centroid in this run. */
  readonly reseeded: number;
}

/**
 * k-means by Lloyd's iterations: k-means++ seeding, several runs of which the one with the lowest inertia is
 * kept, empty clusters reseeded with the rows farthest from their centroids. Deterministic for a seed.
 *
 * @throws {WellbegunError} `invalid-option` if there are fewer distinct rows than clusters, unless `tooFewRows` is `lower`;
 * `aborted`.
 */
export async function kmeans(
  backend: Backend,
  blocks: FeatureBlocks,
  options: KMeansOptions,
  observer?: Observer,
): Promise<Clustering> {
  const presentCount = blocks.rows - (blocks.missing?.reduce((sum, flag) => sum + flag, 0) ?? 0);
  const { clusters, start } = options;
  const again = (fewer: number, rows: string): Promise<Clustering> =>
    kmeans(backend, blocks, { ...options, clusters: fewerClusters(options, fewer, rows) }, observer);
  const seedRows = Math.min(options.initSize ?? presentCount, presentCount);
  if (clusters > presentCount && !(start !== undefined && options.tooFewRows === "lower")) {
    return await again(presentCount, "items with features");
  }
  let limit: number | undefined;
  const limitFrom = async (first: AssignmentStep): Promise<number> => {
    limit ??= options.tolerance * (await meanVariance(backend, blocks, first, presentCount));
    return limit;
  };
  const restarts = start === undefined ? options.restarts : 1;
  let best: Clustering | undefined;
  for (let restart = 0; restart < restarts; restart++) {
    const random = createRandom(options.seed, `kmeans/${options.modality}/${restart}`);
    const centroids =
      start?.data.slice() ?? (await seed(backend, blocks, options, presentCount, random, observer));
    const seeds = centroids.length / blocks.columns;
    // Starts over from the first run, so that the result equals that of a fit with the lower number.
    if (seeds < clusters) return await again(seeds, `distinct prepared rows among ${seedRows}`);
    const run = await lloyd(backend, blocks, centroids, limitFrom, restart, restarts, options, observer);
    // On a tie up to rounding the earlier run is kept, so that rounding on another backend does not select
    // another run.
    if (best === undefined || run.inertia < best.inertia * (1 - 1e-6)) best = run;
  }
  return best!;
}

/** The number of clusters to continue with where there are only `fewer` rows. */
function fewerClusters(
  { clusters, modality, tooFewRows }: KMeansOptions,
  fewer: number,
  rows: string,
): number {
  if (tooFewRows === "lower") return fewer;
  throw new WellbegunError("invalid-option", {
    doing: "clustering items",
    expected: `at most ${fewer} clusters, the number of ${rows}`,
    found: describe(clusters),
    at: `clusters of ${modality}`,
    hint: "Clusters can be given for each modality by its name, and seeds be drawn from more items by initSize.",
  });
}

/** Starting centroids of one run, from all rows or from a sample. */
async function seed(
  backend: Backend,
  blocks: FeatureBlocks,
  { clusters, modality, initSize }: KMeansOptions,
  presentCount: number,
  random: Random,
  observer: Observer | undefined,
): Promise<Float32Array> {
  const count = seedRowCount(presentCount, clusters, initSize);
  if (count < presentCount) {
    const sample = await sampleRows(backend, blocks, count, random);
    try {
      const centroids = await seedCentroids(backend, sample, clusters, random, modality, observer);
      // All rows may hold as many distinct ones as clusters where the default sample does not.
      if (initSize !== undefined || centroids.length === clusters * blocks.columns) return centroids;
    } finally {
      sample.dispose();
    }
  }
  return await seedCentroids(backend, blocks, clusters, random, modality, observer);
}

/** One run from given centroids, which are overwritten. */
async function lloyd(
  backend: Backend,
  blocks: FeatureBlocks,
  centroids: Float32Array,
  limitFrom: (first: AssignmentStep) => Promise<number>,
  restart: number,
  restarts: number,
  options: KMeansOptions,
  observer: Observer | undefined,
): Promise<Clustering> {
  const { clusters } = options;
  const parts = await createParts(backend, blocks, clusters, options.gatherRows ?? blocks.rows);
  try {
    let step = await assignAll(parts, centroids);
    const limit = await limitFrom(step);
    let iterations = 0;
    let reseeded = 0;
    let converged = false;
    while (iterations < options.maxIterations && !converged) {
      await checkpoint(observer, `clustering ${options.modality}`);
      iterations++;
      reseeded += await reseedEmpty(blocks, parts, centroids, step);
      const shift = moveCentroids(centroids, step, blocks.columns);
      step = await assignAll(parts, centroids);
      converged = step.changed === 0 || shift <= limit;
      observer?.onProgress?.({
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
    return { centroids, labels, counts: step.counts, inertia, iterations, converged, restart, reseeded };
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
