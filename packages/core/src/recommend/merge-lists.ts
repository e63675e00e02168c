import type { TopK } from "../backend/backend.ts";

/**
 * Merges the best of some items into the lists of the best of all items so far. The items of `next` have higher
 * rows than those of `best`, so on equal scores `best` comes first, and ties go to the lowest item.
 *
 * @param best users x k, changed in place.
 * @param next users x k; -1 where a user has fewer than k items.
 * @param firstItem The row that item 0 of `next` has among all items.
 */
export function mergeLists(best: TopK, next: TopK, k: number, firstItem: number): void {
  const items = new Int32Array(k);
  const scores = new Float32Array(k);
  for (let base = 0; base < best.items.length; base += k) {
    items.fill(-1);
    scores.fill(Number.NEGATIVE_INFINITY);
    for (let rank = 0, b = base, n = base; rank < k; rank++) {
      // An item may have the score -Infinity of an empty entry, so the items decide which entries are empty.
      const fromBest = b < base + k && best.items[b]! >= 0;
      const fromNext = n < base + k && next.items[n]! >= 0;
      if (!fromBest && !fromNext) break;
      if (fromBest && (!fromNext || best.scores[b]! >= next.scores[n]!)) {
        items[rank] = best.items[b]!;
        scores[rank] = best.scores[b++]!;
      } else {
        items[rank] = firstItem + next.items[n]!;
        scores[rank] = next.scores[n++]!;
      }
    }
    best.items.set(items, base);
    best.scores.set(scores, base);
  }
}
