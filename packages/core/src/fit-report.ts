import { itemIdentity } from "./data/dataset.ts";
import { fallbackReport, normStatistics, type Report, type TableReport } from "./report.ts";
import { type ScaleFactor, scaledNorms } from "./stages/scale.ts";
import type { ModalityTerms, Run } from "./stages.ts";

/** What became of one table; `norms` are its rows' before scaling. */
export function tableReport(norms: Float32Array, columns: number, factor: ScaleFactor): TableReport {
  return {
    rows: norms.length,
    columns,
    before: normStatistics(norms, columns),
    after: normStatistics(scaledNorms(norms, factor), columns),
    factor: factor === "unit" ? null : factor,
  };
}

/** The report of a fit whose tables have been made. */
export function makeReport(
  run: Run,
  terms: readonly ModalityTerms[],
  explained: Readonly<Record<string, number | null>>,
  tables: Readonly<Record<string, TableReport>>,
): Report {
  const { train } = run.input;
  const { userCount, itemCount, items, offsets } = train;
  const withoutHistory: number[] = [];
  for (let u = 0; u < userCount; u++) if (offsets[u] === offsets[u + 1]) withoutHistory.push(u);
  const withoutFeatures: number[] = [];
  const incomplete = terms.every(({ missing }) => missing !== undefined);
  for (let i = 0; incomplete && i < itemCount; i++) {
    if (terms.every(({ missing }) => missing![i] === 1)) withoutFeatures.push(i);
  }
  const noHistory = new Set(withoutHistory);
  return {
    input: {
      users: userCount,
      items: itemCount,
      interactions: items.length,
      sparsity: 1 - items.length / (userCount * itemCount),
      weighted: train.weights !== undefined,
      itemsWithoutUsers: itemCount - touchedItems(items, itemCount),
      modalities: byModality(run, ({ features }, name) => ({
        columns: features.blocks.columns,
        missingItems: features.missingCount,
        itemIds: itemIdentity(train, run.input.features[name]!, name),
      })),
    },
    clusters: byModality(run, ({ clustering }) => {
      const { inertia, iterations, converged, restart, reseeded, counts } = clustering!;
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
    explained,
    tables,
    usersWithoutHistory: fallbackReport(withoutHistory),
    usersWithoutModality: Object.fromEntries(
      terms.map(({ modality, aggregation }) => [
        modality,
        fallbackReport(aggregation.fallbackUsers.filter((user) => !noHistory.has(user))),
      ]),
    ),
    itemsWithoutFeatures: fallbackReport(withoutFeatures),
  };
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

function byModality<T>(
  run: Run,
  describe: (state: Run["states"][string], name: string) => T,
): Record<string, T> {
  return Object.fromEntries(Object.entries(run.states).map(([name, state]) => [name, describe(state, name)]));
}
