import { createTable } from "../data/table.ts";
import type { FittedClusters } from "../model.ts";
import type { ResolvedOptions } from "../options/method-options.ts";
import type { Clustered } from "../stages/cluster/cluster.ts";
import type { Run } from "./run.ts";

/** The options that reproduce a run: the resolved options, with the actual number of clusters. */
export function fittedOptions({ options }: Run, modalities: readonly Clustered[]): ResolvedOptions {
  const clusters = Object.fromEntries(
    modalities.map(({ modality, clustering }) => [modality, clustering.counts.length]),
  );
  return { ...options, clusters };
}

/** The centroids and labels of each modality. */
export function fittedClusters(modalities: readonly Clustered[]): Record<string, FittedClusters> {
  return Object.fromEntries(
    modalities.map(({ modality, blocks, clustering }) => {
      const { centroids, counts, labels } = clustering;
      return [modality, { centroids: createTable(centroids, counts.length, blocks.columns), labels }];
    }),
  );
}
