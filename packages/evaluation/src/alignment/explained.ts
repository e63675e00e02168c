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
  const residuals = items.map((value, i) => {
    const label = labels[Math.floor(i / columns)]!;
    return label < 0 ? value : value - means[label * columns + (i % columns)]!;
  });
  let [before, after] = [0, 0];
  for (let user = 0; user < userCount; user++) {
    const own = interactions.items
      .subarray(offsets[user]!, offsets[user + 1]!)
      .filter((item) => labels[item]! >= 0);
    before += scatter(items, columns, own);
    after += scatter(residuals, columns, own);
  }
  return before === 0 ? Number.NaN : 1 - after / before;
}

function clusterMeans(items: Float32Array, columns: number, labels: Int32Array): Float64Array {
  const clusters = labels.reduce((most, label) => Math.max(most, label + 1), 0);
  const means = new Float64Array(clusters * columns);
  const counts = new Float64Array(clusters);
  for (const label of labels) if (label >= 0) counts[label]!++;
  for (const [item, label] of labels.entries()) {
    if (label < 0) continue;
    for (let c = 0; c < columns; c++) {
      means[label * columns + c]! += items[item * columns + c]! / counts[label]!;
    }
  }
  return means;
}

/** Sum of the squared distances of some rows to their mean. */
function scatter(table: Float32Array, columns: number, rows: Uint32Array): number {
  if (rows.length < 2) return 0;
  let sum = 0;
  for (let c = 0; c < columns; c++) {
    let mean = 0;
    for (const row of rows) mean += table[row * columns + c]! / rows.length;
    for (const row of rows) sum += (table[row * columns + c]! - mean) ** 2;
  }
  return sum;
}
