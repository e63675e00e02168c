import type { Run } from "../../pipeline/run.ts";
import type { Prepared } from "../prepare.ts";
import { type Clustering, kmeans } from "./kmeans.ts";

/** A prepared modality whose items are clustered. */
export interface Clustered extends Prepared {
  readonly clustering: Clustering;
}

/** The stage `cluster`: k-means of every modality's items. */
export async function cluster(run: Run, modalities: readonly Prepared[]): Promise<Clustered[]> {
  const { seed, restarts, initSize, maxIterations, tolerance, centroids } = run.options;
  const clustered: Clustered[] = [];
  for (const prepared of modalities) {
    const { modality, blocks } = prepared;
    const options = {
      clusters: run.options.clusters[modality]!,
      seed,
      restarts,
      initSize,
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
