import { itemIdentity } from "../data/dataset.ts";
import type { ExportedTables } from "../output/export.ts";
import type { Aggregated } from "../stages/aggregate.ts";
import { type ScaleFactor, scaledNorms } from "../stages/scale.ts";
import {
  fallbackReport,
  normStatistics,
  type Report,
  type TableReport,
  type WeightingReport,
} from "./report.ts";
import type { Run } from "./run.ts";
import { warningsOf } from "./warnings.ts";

/** The report of a fit whose tables have been made. */
export function makeReport(
  run: Run,
  modalities: readonly Aggregated[],
  { widths, norms, factors }: ExportedTables,
  weighting: WeightingReport | undefined,
): Report {
  const { train } = run.input;
  const { userCount, itemCount, items, offsets } = train;
  const withoutHistory: number[] = [];
  for (let u = 0; u < userCount; u++) if (offsets[u] === offsets[u + 1]) withoutHistory.push(u);
  const withoutFeatures: number[] = [];
  const incomplete = modalities.every(({ blocks }) => blocks.missing !== undefined);
  for (let i = 0; incomplete && i < itemCount; i++) {
    if (modalities.every(({ blocks }) => blocks.missing?.[i] === 1)) withoutFeatures.push(i);
  }
  const noHistory = new Set(withoutHistory);
  const report = {
    input: {
      users: userCount,
      items: itemCount,
      interactions: items.length,
      sparsity: 1 - items.length / (userCount * itemCount),
      weighted: train.weights !== undefined,
      itemsWithoutUsers: itemCount - touchedItems(items, itemCount),
      modalities: byModality(modalities, ({ modality, blocks, missingCount }) => ({
        columns: blocks.columns,
        missingItems: missingCount,
        itemIds: itemIdentity(train, run.input.features[modality]!, modality),
      })),
    },
    weighting: weighting ?? null,
    clusters: byModality(modalities, ({ clustering }) => {
      const { inertia, iterations, converged, restart, reseeded, counts } = clustering;
      return {
        clusters: counts.length,
        inertia,
        iterations,
        converged,
        restart,
        reseeded,
        sizes: [...counts],
      };
    }),
    explained: explainedShares(modalities),
    tables: Object.fromEntries(
      Object.entries(widths).map(([name, width]) => [name, tableReport(norms[name]!, width, factors[name]!)]),
    ),
    usersWithoutHistory: fallbackReport(withoutHistory),
    usersWithoutModality: byModality(modalities, ({ fallbackUsers }) =>
      fallbackReport(fallbackUsers.filter((user) => !noHistory.has(user))),
    ),
    itemsWithoutFeatures: fallbackReport(withoutFeatures),
  };
  return { ...report, warnings: warningsOf(report, run.options.clusters) };
}

function touchedItems(items: Uint32Array, itemCount: number): number {
  const touched = new Uint8Array(itemCount);
  let count = 0;
  for (let e = 0; e < items.length; e++) {
    const item = items[e]!;
    if (touched[item] === 1) continue;
    touched[item] = 1;
    count++;
  }
  return count;
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
function tableReport(norms: Float32Array, columns: number, factor: ScaleFactor): TableReport {
  return {
    rows: norms.length,
    columns,
    before: normStatistics(norms, columns),
    after: normStatistics(scaledNorms(norms, factor), columns),
    factor: factor === "unit" ? null : factor,
  };
}

function byModality<T>(
  modalities: readonly Aggregated[],
  describe: (one: Aggregated) => T,
): Record<string, T> {
  return Object.fromEntries(modalities.map((one) => [one.modality, describe(one)]));
}
