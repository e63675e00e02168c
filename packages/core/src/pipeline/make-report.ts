import { itemIdentity } from "../data/dataset.ts";
import { RowTally } from "../data/row-tally.ts";
import type { ExportedTables } from "../output/export.ts";
import type { Aggregated } from "../stages/aggregate.ts";
import type { NormTotals } from "../stages/norm-totals.ts";
import type { ScaleFactor } from "../stages/scale.ts";
import {
  type FallbackReport,
  normStatistics,
  type Report,
  scaledStatistics,
  type TableReport,
  type WeightingReport,
} from "./report.ts";
import type { Run } from "./run.ts";
import { warningsOf } from "./warnings.ts";

/** The report of a fit whose tables have been made. */
export function makeReport(
  run: Run,
  modalities: readonly Aggregated[],
  { widths, norms, factors, coverage }: ExportedTables,
  weighting: WeightingReport | undefined,
): Report {
  const { train } = run;
  const { userCount, itemCount, interactionCount } = train;
  const withoutFeatures = new RowTally();
  const incomplete = modalities.every(({ blocks }) => blocks.missing !== undefined);
  for (let i = 0; incomplete && i < itemCount; i++) {
    if (modalities.every(({ blocks }) => blocks.missing?.[i] === 1)) withoutFeatures.add(i);
  }
  const report = {
    input: {
      users: userCount,
      items: itemCount,
      interactions: interactionCount,
      sparsity: 1 - interactionCount / (userCount * itemCount),
      weighted: train.weighted,
      itemsWithoutUsers: countZeros(train.itemDegrees),
      modalities: byModality(modalities, ({ modality, blocks, missingCount }) => ({
        columns: blocks.columns,
        missingItems: missingCount,
        itemIds: itemIdentity(train, run.input.features[modality]!, modality),
      })),
    },
    weighting: weighting ?? null,
    clusters: byModality(modalities, ({ clustering }) => {
      const { inertia, iterations, converged, restart, reseeded, counts, sampled, excess } = clustering;
      return {
        clusters: counts.length,
        inertia,
        iterations,
        converged,
        restart,
        reseeded,
        sizes: [...counts],
        ...(sampled === undefined ? {} : { sample: { items: sampled, excess: excess / (inertia || 1) } }),
      };
    }),
    explained: explainedShares(modalities),
    tables: Object.fromEntries(
      Object.entries(widths).map(([name, width]) => [name, tableReport(norms[name]!, width, factors[name]!)]),
    ),
    usersWithoutHistory: fallbackReport(coverage.withoutHistory),
    usersWithoutModality: byModality(modalities, ({ modality }) =>
      fallbackReport(coverage.withoutModality[modality]!),
    ),
    itemsWithoutFeatures: fallbackReport(withoutFeatures),
  };
  return { ...report, warnings: warningsOf(report, run.options) };
}

function countZeros(degrees: Float64Array): number {
  let count = 0;
  for (let i = 0; i < degrees.length; i++) count += Number(degrees[i] === 0);
  return count;
}

function fallbackReport({ count, rows }: RowTally): FallbackReport {
  return { count, rows };
}

/** The share of the squared norms that each projection keeps, by group of modalities that were projected together. */
function explainedShares(modalities: readonly Aggregated[]): Record<string, number | null> {
  const shares: Record<string, number | null> = {};
  for (const { projection } of modalities) {
    if (projection !== undefined) shares[projection.group.join("+")] = projection.explained ?? null;
  }
  return shares;
}

/** The report of one table; `norms` are those of its rows before scaling. */
function tableReport(norms: NormTotals, columns: number, factor: ScaleFactor): TableReport {
  return {
    rows: norms.rows,
    columns,
    before: normStatistics(norms, columns),
    after: scaledStatistics(norms, columns, factor),
    factor: factor === "unit" ? null : factor,
  };
}

function byModality<T>(
  modalities: readonly Aggregated[],
  describe: (one: Aggregated) => T,
): Record<string, T> {
  return Object.fromEntries(modalities.map((one) => [one.modality, describe(one)]));
}
