import { type FitOptions, type StartCentroids, WellbegunError } from "@wellbegun/core";
import type { MethodSettings } from "./method.ts";

/** The options of core's `fit` among the settings, with the centroids that were loaded for them. */
export function fitOptions(
  settings: MethodSettings,
  centroids: Readonly<Record<string, StartCentroids>> | undefined,
): FitOptions {
  if (centroids !== undefined) refuseOtherClusters(settings, centroids);
  const { preset, modalities, prepare, zeroRows, lambda, normalization, combine, weights, project } =
    settings;
  const { dim, smooth, damping, scale, seed, restarts, initSize, maxIterations, tolerance } = settings;
  return {
    preset,
    modalities,
    prepare,
    zeroRows,
    clusters: centroids === undefined ? settings.clusters : undefined,
    lambda,
    normalization,
    combine,
    weights,
    project,
    dim,
    smooth,
    damping,
    scale,
    seed,
    restarts,
    initSize,
    maxIterations,
    tolerance,
    centroids,
  };
}

/** Given centroids say how many clusters there are; a number that says otherwise would be passed over silently. */
function refuseOtherClusters(
  { clusters }: MethodSettings,
  centroids: Readonly<Record<string, StartCentroids>>,
): void {
  for (const [modality, start] of Object.entries(centroids)) {
    const asked = typeof clusters === "object" ? clusters[modality] : clusters;
    if (asked === undefined || asked === start.clusters) continue;
    throw new WellbegunError("invalid-option", {
      doing: "reading the options",
      expected: `${start.clusters} clusters of ${modality}, as many as centroids are given`,
      found: `${asked}`,
      at: "option --clusters",
    });
  }
}
