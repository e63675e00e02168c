import type { Combine, Projection, ResolvedOptions } from "../options/method-options.ts";

/** One modality's part of the fused table: fused[:, columnOffset ..] += weight * table. */
export interface CombinedPart {
  readonly modality: string;
  readonly weight: number;
  readonly columnOffset: number;
}

/** How the modalities' tables become the fused one. */
export interface Combination {
  /** Width of the fused table, d. */
  readonly width: number;
  /** One for each modality, in their order. */
  readonly parts: readonly CombinedPart[];
  /** Modalities that share one projection: each inner list is projected together, side by side. */
  readonly projectedTogether: readonly (readonly string[])[];
}

/**
 * Plans the combination. The projection of modalities side by side equals the sum of the modalities'
 * projections (by the rows of the projection matrix, cut by modality). So every way of combining is a weighted
 * sum of tables, or tables side by side where nothing is projected.
 */
export function planCombination(
  options: ResolvedOptions,
  widths: Readonly<Record<string, number>>,
): Combination {
  const names = options.modalities;
  const sideBySide = options.combine === "concat" && options.project === "none";
  const share = averageShare(options.combine, options);
  let columnOffset = 0;
  const parts = names.map((modality) => {
    const part = { modality, weight: options.weights[modality]! * share, columnOffset };
    if (sideBySide) columnOffset += widths[modality]!;
    return part;
  });
  return {
    width: sideBySide ? columnOffset : options.dim,
    parts,
    projectedTogether: projectionGroups(options.combine, options.project, names),
  };
}

/** The factor of the weights that makes `mean` and `weighted` averages. */
function averageShare(combine: Combine, options: ResolvedOptions): number {
  if (combine === "concat" || combine === "cca") return 1;
  const total = Object.values(options.weights).reduce((sum, weight) => sum + weight, 0);
  return 1 / total;
}

function projectionGroups(
  combine: Combine,
  project: Projection,
  names: readonly string[],
): (readonly string[])[] {
  if (project === "none") return [];
  return combine === "concat" || combine === "cca" ? [names] : names.map((name) => [name]);
}
