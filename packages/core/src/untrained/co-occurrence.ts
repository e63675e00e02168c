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
  const degrees = Float64Array.from({ length: itemCount }, (_, item) => {
    return byItem.offsets[item + 1]! - byItem.offsets[item]!;
  });
  const common = new Uint32Array(itemCount);
  const touched = new Uint32Array(itemCount);
  const count = (item: number): number => {
    let found = 0;
    for (let e = byItem.offsets[item]!; e < byItem.offsets[item + 1]!; e++) {
      const user = byItem.indices[e]!;
      const end = offsets[user + 1]!;
      for (let other = offsets[user]!; other < end; other++) {
        const j = items[other]!;
        if (common[j]!++ === 0) touched[found++] = j;
      }
    }
    return found;
  };
  return (item, most) => {
    const found = count(item);
    const nearest: CoOccurringItem[] = [];
    // The least similarity that a further item needs; equal ones are decided by their rows.
    let least = 0;
    for (let at = 0; at < found; at++) {
      const j = touched[at]!;
      const similarity = common[j]! / (Math.sqrt(degrees[item]! * degrees[j]!) + shrinkage);
      common[j] = 0;
      if (similarity < least || j === item) continue;
      insert(nearest, most, { item: j, similarity });
      if (most > 0 && nearest.length === most) least = nearest.at(-1)!.similarity;
    }
    return nearest;
  };
}

/** Inserts an item into a list that stays sorted and no longer than `count`. */
function insert(list: CoOccurringItem[], count: number, one: CoOccurringItem): void {
  if (list.length === count) {
    if (count === 0 || precedes(list[count - 1]!, one)) return;
    list.pop();
  }
  let at = list.length;
  list.push(one);
  for (; at > 0 && precedes(one, list[at - 1]!); at--) list[at] = list[at - 1]!;
  list[at] = one;
}

function precedes(a: CoOccurringItem, b: CoOccurringItem): boolean {
  return a.similarity > b.similarity || (a.similarity === b.similarity && a.item < b.item);
}
