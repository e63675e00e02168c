import type { Interactions } from "../data/interactions.ts";
import { transposeSparse } from "../data/transpose-sparse.ts";
import { NearestItems } from "./nearest-items.ts";

/**
 * The nearest items of an item by the cosine of the two items' columns in the train matrix (above 0, at most 1), at most
 * `count`. The next call reuses the list's memory.
 */
export type CoOccurrence = (item: number, count: number) => NearestItems;

/**
 * Item similarities by co-occurrence: |U_i and U_j| / sqrt(d_i d_j), with U_i the users of item i and d_i their number
 * (Sarwar et al., WWW 2001). A shrinkage h is added to the denominator: |U_i and U_j| / (sqrt(d_i d_j) + h). Weights of
 * interactions are ignored. Items without a common user are not neighbors.
 *
 * @returns A function that finds the neighbors of one item; an item costs the degrees of its users.
 */
export function coOccurrence(train: Interactions, shrinkage: number = 0): CoOccurrence {
  const { userCount, itemCount, offsets, items } = train;
  const byItem = transposeSparse({ rows: userCount, columns: itemCount, offsets, indices: items });
  const degrees = Float64Array.from({ length: itemCount }, (_, item) => {
    return byItem.offsets[item + 1]! - byItem.offsets[item]!;
  });
  const common = new Uint32Array(itemCount);
  const touched = new Uint32Array(itemCount);
  let nearest = new NearestItems(0);
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
    if (nearest.capacity !== most) nearest = new NearestItems(most);
    nearest.clear();
    const degree = degrees[item]!;
    for (let at = 0; at < found; at++) {
      const j = touched[at]!;
      const users = common[j]!;
      common[j] = 0;
      // Squares rule most items out without a root; they are less exact than the similarity by far less than the margin.
      const least = nearest.least;
      if (j === item || users * users < 0.999999 * least * least * degree * degrees[j]!) continue;
      nearest.add(j, users / (Math.sqrt(degree * degrees[j]!) + shrinkage));
    }
    nearest.sort();
    return nearest;
  };
}
