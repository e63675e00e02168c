import type { Run } from "../../pipeline/run.ts";
import type { Prepared } from "../prepare/prepare.ts";
import { type Clustering, kmeans } from "./kmeans.ts";
import type { KMeansOptions } from "./kmeans-options.ts";

/** A prepared modality whose items are clustered. */
export interface Clustered extends Prepared {
  readonly clustering: Clustering;
}

/**
 * The stage `cluster`: k-means of every modality's items. The number of clusters is lowered to that of the
 * distinct rows where the caller did not set it, or no table depends on it (lambda 1).
 */
export async function cluster(run: Run, modalities: readonly Prepared[]): Promise<Clustered[]> {
  const { seed, restarts, initSize, sampleSize, maxIterations, tolerance, centroids } = run.options;
  const clustered: Clustered[] = [];
  for (const prepared of modalities) {
    const { modality, blocks } = prepared;
    const negotiable = !run.clustersGiven(modality) || run.options.lambda[modality] === 1;
    const options: KMeansOptions = {
      clusters: run.options.clusters[modality]!,
      tooFewRows: negotiable ? "lower" : "refuse",
      seed,
      restarts,
      initSize,
      sampleSize,
      maxIterations,
      tolerance,
      start: centroids?.[modality],
      gatherRows: run.memory.gatherRows,
      modality,
    };
    clustered.push({ ...prepared, clustering: await kmeans(run.backend, blocks, options, run.observer) });
  }
  return clustered;
}
