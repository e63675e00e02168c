import { type Interactions, WellbegunError } from "@wellbegun/core";

/** The input of {@link explainedByClusters}. */
export interface ClusteredItems {
  /** I x columns, row-major: the space in which the items were clustered, or a linear image of it. */
  readonly items: Float32Array;
  readonly columns: number;
  /** Cluster of each item, -1 for an item without the modality, which is left out. */
  readonly labels: Int32Array;
}

/**
 * The share of a user's variance that clusters explain: 1 - (scatter of the user's items about its mean, after each
 * item's cluster mean was taken away) / (scatter before), both summed over all users. 1 if a user's items differ only by
 * cluster; 0 if clusters say nothing about how they differ; below 0 if a user's items are more alike than the
 * clusters' means. The global term keeps this share of a user's taste for different items, the local term the
 * rest. NaN if no user has two different items. It is the coefficient of determination of a regression on
 * cluster membership within users.
 *
 * @throws {WellbegunError} `mismatch` if items, labels and interactions differ in number.
 */
export function explainedByClusters(
  { items, columns, labels }: ClusteredItems,
  interactions: Interactions,
): number {
  const { itemCount, userCount, offsets } = interactions;
  if (labels.length !== itemCount || items.length !== itemCount * columns) {
    throw new WellbegunError("mismatch", {
      doing: "measuring what clusters explain",
      expected: `${itemCount} labels and ${itemCount} items of ${columns} values`,
      found: `${labels.length} labels and ${items.length} values`,
    });
  }
  const means = clusterMeans(items, columns, labels);
  const residuals = items.slice();
  for (let item = 0; item < itemCount; item++) {
    const label = labels[item]!;
    if (label < 0) continue;
    for (let c = 0; c < columns; c++) residuals[item * columns + c]! -= means[label * columns + c]!;
  }
  const mean = new Float64Array(columns);
  let [before, after] = [0, 0];
  for (let user = 0; user < userCount; user++) {
    const all = interactions.items.subarray(offsets[user]!, offsets[user + 1]!);
    if (all.length < 2) continue;
    const own = all.filter((item) => labels[item]! >= 0);
    before += scatter(items, columns, own, mean);
    after += scatter(residuals, columns, own, mean);
  }
  return before === 0 ? Number.NaN : 1 - after / before;
}

function clusterMeans(items: Float32Array, columns: number, labels: Int32Array): Float64Array {
  const clusters = labels.reduce((most, label) => Math.max(most, label + 1), 0);
  const means = new Float64Array(clusters * columns);
  const counts = new Float64Array(clusters);
  for (const label of labels) if (label >= 0) counts[label]!++;
  for (let item = 0; item < labels.length; item++) {
    const label = labels[item]!;
    if (label < 0) continue;
    for (let c = 0; c < columns; c++) {
      means[label * columns + c]! += items[item * columns + c]! / counts[label]!;
    }
  }
  return means;
}

/** Sum of the squared distances of some rows to their mean. `mean` is scratch memory of one row, overwritten. */
function scatter(table: Float32Array, columns: number, rows: Uint32Array, mean: Float64Array): number {
  if (rows.length < 2) return 0;
  mean.fill(0);
  for (const row of rows) {
    for (let c = 0; c < columns; c++) mean[c]! += table[row * columns + c]!;
  }
  for (let c = 0; c < columns; c++) mean[c]! /= rows.length;
  let sum = 0;
  for (const row of rows) {
    for (let c = 0; c < columns; c++) sum += (table[row * columns + c]! - mean[c]!) ** 2;
  }
  return sum;
}
