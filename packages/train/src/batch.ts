/** Pairs of one training step: row r holds a user, one of its train items, and an item that is not one of them. */
export interface Batch {
  readonly users: Uint32Array;
  readonly positives: Uint32Array;
  readonly negatives: Uint32Array;
}

/** The distinct values of a list, and the number of occurrences of each. */
export interface Distinct {
  /** Ascending. */
  readonly rows: Uint32Array;
  readonly counts: Float64Array;
}

/** Counts the values of a list. */
export function distinct(list: Uint32Array): Distinct {
  const sorted = list.slice().sort();
  const rows: number[] = [];
  const counts: number[] = [];
  for (const value of sorted) {
    if (value === rows.at(-1)) counts[counts.length - 1]!++;
    else {
      rows.push(value);
      counts.push(1);
    }
  }
  return { rows: Uint32Array.from(rows), counts: Float64Array.from(counts) };
}

/** A batch whose items are counted among its own distinct items. */
export interface CompactBatch {
  /** The items of the batch, positive and negative, ascending and once each. */
  readonly items: Uint32Array;
  /** The batch, with positions in `items` instead of items. */
  readonly batch: Batch;
}

/** For models whose item vectors are computed from features: a step needs those of its own items alone. */
export function compactItems({ users, positives, negatives }: Batch): CompactBatch {
  const all = new Uint32Array(positives.length + negatives.length);
  all.set(positives);
  all.set(negatives, positives.length);
  const items = distinct(all).rows;
  const positions = new Map(Array.from(items, (item, position) => [item, position]));
  const position = (item: number): number => positions.get(item)!;
  return { items, batch: { users, positives: positives.map(position), negatives: negatives.map(position) } };
}
