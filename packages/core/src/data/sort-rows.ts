/**
 * How repeated interactions are merged: `max` (the default) keeps the largest weight, so that repeating a list
 * changes nothing; `sum` adds the weights; `last` keeps the last weight.
 */
export type DuplicateRule = "max" | "sum" | "last";

/** Interactions in compressed rows: within a user the items ascend without repeats. */
export interface SortedRows {
  /** U + 1 offsets into `items`. */
  readonly offsets: Uint32Array;
  readonly items: Uint32Array;
  readonly weights?: Float32Array | undefined;
}

/** Without weights, repeats can be dropped, so a user's items are sorted in place. */
export function plainRows(users: ArrayLike<number>, items: ArrayLike<number>, userCount: number): SortedRows {
  // Most files are in this order already; a copy suffices.
  const ascending = ascendingOffsets(users, items, userCount);
  if (ascending !== undefined) return { offsets: ascending, items: new Uint32Array(items) };
  const starts = countStarts(users, userCount);
  const cursor = starts.slice(0, userCount);
  const sorted = new Uint32Array(users.length);
  for (let e = 0; e < users.length; e++) sorted[cursor[users[e]!]!++] = items[e]!;
  const offsets = new Uint32Array(userCount + 1);
  let length = 0;
  for (let u = 0; u < userCount; u++) {
    const start = starts[u]!;
    const end = starts[u + 1]!;
    sortRange(sorted, start, end);
    for (let p = start; p < end; p++) {
      if (p === start || sorted[p] !== sorted[p - 1]) sorted[length++] = sorted[p]!;
    }
    offsets[u + 1] = length;
  }
  return { offsets, items: length === sorted.length ? sorted : sorted.slice(0, length) };
}

/**
 * The offsets of interactions that are sorted by user and then by item without repeats; undefined if they are
 * not.
 */
function ascendingOffsets(
  users: ArrayLike<number>,
  items: ArrayLike<number>,
  userCount: number,
): Uint32Array | undefined {
  const offsets = new Uint32Array(userCount + 1);
  let user = 0;
  let item = -1;
  for (let e = 0; e < users.length; e++) {
    const nextUser = users[e]!;
    const nextItem = items[e]!;
    if (nextUser !== user) {
      if (nextUser < user) return undefined;
      offsets.fill(e, user + 1, nextUser + 1);
      user = nextUser;
    } else if (nextItem <= item) return undefined;
    item = nextItem;
  }
  return offsets.fill(users.length, user + 1);
}

/** Two stable counting sorts, by item and then by user: duplicates end up side by side in input order. */
export function weightedRows(
  users: ArrayLike<number>,
  items: ArrayLike<number>,
  weights: ArrayLike<number> | undefined,
  rule: DuplicateRule,
  userCount: number,
  itemCount: number,
): SortedRows {
  const count = users.length;
  const byItem = new Uint32Array(count);
  const itemCursor = countStarts(items, itemCount);
  for (let e = 0; e < count; e++) byItem[itemCursor[items[e]!]!++] = e;
  const starts = countStarts(users, userCount);
  const order = new Uint32Array(count);
  const cursor = starts.slice(0, userCount);
  for (const e of byItem) order[cursor[users[e]!]!++] = e;

  const offsets = new Uint32Array(userCount + 1);
  const merged = new Uint32Array(count);
  const mergedWeights = new Float32Array(count);
  let length = 0;
  for (let u = 0; u < userCount; u++) {
    for (let p = starts[u]!; p < starts[u + 1]!; p++) {
      const item = items[order[p]!]!;
      const weight = weights === undefined ? 1 : weights[order[p]!]!;
      const repeated = length > offsets[u]! && merged[length - 1] === item;
      if (!repeated) merged[length++] = item;
      const kept = mergedWeights[length - 1]!;
      if (!repeated || rule === "last") mergedWeights[length - 1] = weight;
      else mergedWeights[length - 1] = rule === "sum" ? kept + weight : Math.max(kept, weight);
    }
    offsets[u + 1] = length;
  }
  return { offsets, items: merged.slice(0, length), weights: mergedWeights.slice(0, length) };
}

/** The start of each key's entries in the order sorted by key, and the end of the last. */
function countStarts(keys: ArrayLike<number>, bound: number): Uint32Array {
  const starts = new Uint32Array(bound + 1);
  for (let e = 0; e < keys.length; e++) starts[keys[e]! + 1]!++;
  for (let k = 0; k < bound; k++) starts[k + 1]! += starts[k]!;
  return starts;
}

/** Above this many entries, the engine's sort is faster than insertion sort. */
const FEW = 24;

/** Sorts a range in place; a range that ascends already, as in most files, is only read. */
function sortRange(values: Uint32Array, start: number, end: number): void {
  let p = start + 1;
  while (p < end && values[p]! >= values[p - 1]!) p++;
  if (p >= end) return;
  if (end - start > FEW) {
    values.subarray(start, end).sort();
    return;
  }
  for (; p < end; p++) {
    const value = values[p]!;
    let to = p;
    for (; to > start && values[to - 1]! > value; to--) values[to] = values[to - 1]!;
    values[to] = value;
  }
}
