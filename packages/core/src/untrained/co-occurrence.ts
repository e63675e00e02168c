import type { Interactions } from "../data/interactions.ts";
import { transposeSparse } from "../data/transpose-sparse.ts";

/** An item that shares users with another one. */
export interface CoOccurringItem {
  readonly item: number;
  /** Cosine of the two items' columns in the train matrix: above 0, at most 1. */
  readonly similarity: number;
}

/** The nearest items of an item, nearest first, ties to the lower row; at most `count`. */
export type CoOccurrence = (item: number, count: number) => readonly CoOccurringItem[];

/**
 * Item similarities by co-occurrence: |U_i and U_j| / sqrt(d_i d_j), with U_i the users of item i and d_i their number
 * (Sarwar et al., WWW 2001), with a shrinkage h |U_i and U_j| / (sqrt(d_i d_j) + h). Weights of interactions are ignored. Items without a common user are not neighbors.
 *
 * @returns A function that finds the neighbors of one item; an item costs the degrees of its users. The function
 * reuses its memory, so that only one call may run at a time.
 */
export function coOccurrence(train: Interactions, shrinkage: number = 0): CoOccurrence {
  const { userCount, itemCount, offsets, items } = train;
  const byItem = transposeSparse({ rows: userCount, columns: itemCount, offsets, indices: items });
  const degree = (item: number): number => byItem.offsets[item + 1]! - byItem.offsets[item]!;
  const common = new Uint32Array(itemCount);
  return (item, count) => {
    const touched: number[] = [];
    for (let e = byItem.offsets[item]!; e < byItem.offsets[item + 1]!; e++) {
      const user = byItem.indices[e]!;
      for (let other = offsets[user]!; other < offsets[user + 1]!; other++) {
        const j = items[other]!;
        if (j !== item && common[j]!++ === 0) touched.push(j);
      }
    }
    const nearest: CoOccurringItem[] = [];
    for (const j of touched) {
      const similarity = common[j]! / (Math.sqrt(degree(item) * degree(j)) + shrinkage);
      insert(nearest, count, { item: j, similarity });
      common[j] = 0;
    }
    return nearest;
  };
}

/** Inserts an item into a list that stays sorted and no longer than `count`. */
function insert(list: CoOccurringItem[], count: number, one: CoOccurringItem): void {
  let low = 0;
  for (let high = list.length; low < high; ) {
    const middle = (low + high) >> 1;
    if (precedes(list[middle]!, one)) low = middle + 1;
    else high = middle;
  }
  if (low >= count) return;
  list.splice(low, 0, one);
  if (list.length > count) list.pop();
}

function precedes(a: CoOccurringItem, b: CoOccurringItem): boolean {
  return a.similarity > b.similarity || (a.similarity === b.similarity && a.item < b.item);
}
