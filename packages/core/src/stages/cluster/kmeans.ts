import type { Backend } from "../../backend/backend.ts";
import type { FeatureBlocks } from "../../data/blocks.ts";
import { describe } from "../../describe.ts";
import { WellbegunError } from "../../errors.ts";
import type { Observer } from "../../progress.ts";
import type { KMeansOptions } from "./kmeans-options.ts";
import type { LloydRun } from "./lloyd.ts";
import { oneRun } from "./one-run.ts";

/** The result of the best run, over all items; the label of an item without the modality is -1. */
export interface Clustering extends LloydRun {
  /** Index of this run, from 0. */
  readonly restart: number;
  /** Items that the run iterated over, where `sampleSize` is below their number. */
  readonly sampled: number | undefined;
}

/**
 * k-means by Lloyd's iterations: k-means++ seeding, several runs of which the one with the lowest inertia is
 * kept, empty clusters reseeded with the rows farthest from their centroids. With `sampleSize` each run iterates over a sample of
 * its own, and assigns all items at the end. Deterministic for a seed.
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
  const present = blocks.rows - (blocks.missing?.reduce((sum, flag) => sum + flag, 0) ?? 0);
  const { clusters, start } = options;
  const again = (fewer: number, rows: string, drawnBy?: string): Promise<Clustering> =>
    kmeans(backend, blocks, { ...options, clusters: fewerClusters(options, fewer, rows, drawnBy) }, observer);
  if (clusters > present && !(start !== undefined && options.tooFewRows === "lower")) {
    return await again(present, "items with features");
  }
  // Given centroids that nothing moves come from no sample.
  const moving = start === undefined || options.maxIterations > 0;
  const sampled = moving ? Math.min(options.sampleSize ?? present, present) : present;
  const restarts = start === undefined ? options.restarts : 1;
  const runs = { backend, blocks, options, present, sampled, restarts, observer };
  let best: Clustering | undefined;
  for (let restart = 0; restart < restarts; restart++) {
    const run = await oneRun(runs, restart);
    // Starts over from the first run, so that the result equals that of a fit with the lower number.
    if (typeof run === "number") {
      const drawn = Math.min(options.initSize ?? sampled, sampled);
      const drawnBy = drawn < sampled ? "initSize" : drawn < present ? "sampleSize" : undefined;
      return await again(run, `distinct prepared rows among ${drawn}`, drawnBy);
    }
    // On a tie up to rounding the earlier run is kept, so that rounding on another backend does not select
    // another run.
    if (best === undefined || run.inertia < best.inertia * (1 - 1e-6)) {
      best = { ...run, restart, sampled: sampled < present ? sampled : undefined };
    }
  }
  return best!;
}

/**
 * The number of clusters to continue with where there are only `fewer` rows.
 *
 * @param drawnBy The option that drew the rows, where they are not all.
 */
function fewerClusters(
  { clusters, modality, tooFewRows }: KMeansOptions,
  fewer: number,
  rows: string,
  drawnBy: string | undefined,
): number {
  if (tooFewRows === "lower") return fewer;
  throw new WellbegunError("invalid-option", {
    doing: "clustering items",
    expected: `at most ${fewer} ${fewer === 1 ? "cluster" : "clusters"}, the number of ${rows}`,
    found: describe(clusters),
    at: `clusters of ${modality}`,
    hint: `Clusters can be given for each modality by its name${drawnBy === undefined ? "" : `, and ${drawnBy} can be raised`}.`,
  });
}
