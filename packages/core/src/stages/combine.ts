import type { Combine, Projection, ResolvedOptions } from "../options.ts";

/** Where one modality goes in the fused table: fused[:, column ..] += weight * table. */
export interface Placement {
  readonly modality: string;
  readonly weight: number;
  readonly column: number;
}

/** How the modalities' tables become the fused one. */
export interface Combination {
  /** Width of the fused table, d. */
  readonly width: number;
  readonly placements: readonly Placement[];
  /** Modalities that share one projection: each inner list is projected together, side by side. */
  readonly projectedTogether: readonly (readonly string[])[];
}

/**
 * Plans the combination. Side by side and then projected is a sum of the modalities' projections (the rows of one
 * projection matrix, cut by modality), so every way of combining is a weighted sum of tables, or tables side by
 * side where nothing is projected.
 */
export function planCombination(
  options: ResolvedOptions,
  widths: Readonly<Record<string, number>>,
): Combination {
  const names = options.modalities;
  const sideBySide = options.combine === "concat" && options.project === "none";
  const share = averageShare(options.combine, options);
  let column = 0;
  const placements = names.map((modality) => {
    const placement = { modality, weight: options.weights[modality]! * share, column };
    if (sideBySide) column += widths[modality]!;
    return placement;
  });
  return {
    width: sideBySide ? column : options.dim,
    placements,
    projectedTogether: projectionGroups(options.combine, options.project, names),
  };
}

/** What a weight is multiplied with, so that `mean` and `weighted` are averages. */
function averageShare(combine: Combine, options: ResolvedOptions): number {
  if (combine === "concat") return 1;
  const total = Object.values(options.weights).reduce((sum, weight) => sum + weight, 0);
  return 1 / total;
}

function projectionGroups(
  combine: Combine,
  project: Projection,
  names: readonly string[],
): (readonly string[])[] {
  if (project === "none") return [];
  return combine === "concat" ? [names] : names.map((name) => [name]);
}
