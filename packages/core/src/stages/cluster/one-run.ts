import type { AssignmentStep, Backend } from "../../backend/backend.ts";
import type { FeatureBlocks } from "../../data/blocks.ts";
import { checkpoint, type Observer } from "../../progress.ts";
import { createRandom, type Random } from "../../random.ts";
import type { KMeansOptions } from "./kmeans-options.ts";
import { type LloydRun, lloyd } from "./lloyd.ts";
import { meanVariance } from "./mean-variance.ts";
import { type ClusterRows, sampleRows, seedRowCount } from "./sampled-rows.ts";
import { seedCentroids } from "./seed-centroids.ts";

/** What the runs of k-means have in common. */
export interface KMeansRuns {
  readonly backend: Backend;
  readonly blocks: FeatureBlocks;
  readonly options: KMeansOptions;
  /** Rows that are not missing. */
  readonly present: number;
  /** Of them, those that a run iterates over. */
  readonly sampled: number;
  readonly restarts: number;
  readonly observer: Observer | undefined;
  /** The squared shift that ends a run over all rows: the same for every run, and a pass over the rows. */
  limit?: number;
}

/**
 * One run: seeds, iterations over all rows or over a sample, and in the latter case the assignment of all rows.
 *
 * @returns The number of seeds where the rows have fewer distinct ones than clusters.
 */
export async function oneRun(runs: KMeansRuns, restart: number): Promise<LloydRun | number> {
  const { backend, blocks, options, present, sampled, restarts, observer } = runs;
  const { seed, modality, gatherRows } = options;
  const random = createRandom(seed, `kmeans/${modality}/${restart}`);
  const common = { ...observer, modality, gatherRows, restart, restarts };
  const iterate = async (
    rows: ClusterRows,
    limitFrom: (first: AssignmentStep) => Promise<number>,
  ): Promise<LloydRun | number> => {
    const centroids =
      options.start?.data.slice() ?? (await seeds(backend, rows, options, sampled, random, observer));
    const found = centroids.length / blocks.columns;
    if (found < options.clusters) return found;
    return await lloyd(backend, rows, centroids, {
      ...common,
      maxIterations: options.maxIterations,
      limitFrom,
    });
  };
  const limitOf = async (rows: ClusterRows, first: AssignmentStep): Promise<number> =>
    options.tolerance * (await meanVariance(backend, rows, first, sampled));
  if (sampled === present) {
    return await iterate(blocks, async (first) => (runs.limit ??= await limitOf(blocks, first)));
  }
  await checkpoint(observer, `sampling the items of ${modality}`);
  const sample = await sampleRows(backend, blocks, sampled, random);
  let run: LloydRun | number;
  try {
    run = await iterate(sample, (first) => limitOf(sample, first));
  } finally {
    sample.dispose();
  }
  if (typeof run === "number") return run;
  const { centroids, iterations, converged, reseeded } = run;
  await checkpoint(observer, `assigning the items of ${modality}`);
  const all = await lloyd(backend, blocks, centroids, { ...common, maxIterations: 0 });
  return { ...all, iterations, converged, reseeded };
}

/** Starting centroids, from all of some rows or from a sample of them; `present` of the rows are not missing. */
async function seeds(
  backend: Backend,
  rows: ClusterRows,
  { clusters, modality, initSize }: KMeansOptions,
  present: number,
  random: Random,
  observer: Observer | undefined,
): Promise<Float32Array> {
  const count = seedRowCount(present, clusters, initSize);
  if (count < present) {
    const sample = await sampleRows(backend, rows, count, random);
    try {
      const centroids = await seedCentroids(backend, sample, clusters, random, modality, observer);
      // All rows may hold as many distinct ones as clusters where the default sample does not.
      if (initSize !== undefined || centroids.length === clusters * rows.columns) return centroids;
    } finally {
      sample.dispose();
    }
  }
  return await seedCentroids(backend, rows, clusters, random, modality, observer);
}
