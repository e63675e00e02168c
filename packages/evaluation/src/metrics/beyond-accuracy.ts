import { WellbegunError } from "@wellbegun/core";
import { log } from "@wellbegun/core/support";
import type { RankedLists } from "./lists.ts";

/** Properties of lists that do not depend on held-out items. */
export interface ListMetrics {
  /**
   * Catalog coverage: the share of all items that occur in at least one list, 0 to 1. Source: Ge,
   * Delgado-Battenfeld and Jannach, RecSys 2010.
   */
  readonly coverage: number;
  /**
   * Gini coefficient of how often each item is listed: 0 if all items are listed equally often, near 1 if one
   * item takes all places. With the counts c_1 <= ... <= c_I: sum of (2 j - I - 1) c_j / (I sum of c). Source:
   * Fleder and Hosanagar, Management Science 2009.
   */
  readonly gini: number;
  /**
   * Mean self-information of the listed items in bits, -log2(d_i / U), d_i the item's train degree; 0 for an
   * item that every user has, log2 U for an item that one user has. An item without train users counts as
   * having one. Source: Zhou et al., PNAS 2010.
   */
  readonly novelty: number;
}

/**
 * Coverage, Gini coefficient and novelty of the first `k` places of the lists. Without any list they are 0.
 *
 * @param degrees Train degree of every item: core's `itemDegrees`.
 * @param userCount U, the users of the train data.
 * @throws {WellbegunError} `mismatch` if a list names an item beyond `degrees`.
 */
export function listMetrics(
  lists: RankedLists,
  degrees: ArrayLike<number>,
  userCount: number,
  k: number = lists.k,
): ListMetrics {
  const counts = new Float64Array(degrees.length);
  let listed = 0;
  let information = 0;
  const informationOf = informationByDegree(degrees, userCount);
  for (let row = 0; row < lists.users.length; row++) {
    for (let rank = 0; rank < Math.min(k, lists.k); rank++) {
      const item = lists.items[row * lists.k + rank]!;
      if (item < 0) break;
      if (item >= counts.length) {
        const parts = {
          doing: "measuring lists",
          expected: `items below ${counts.length}`,
          found: `${item}`,
        };
        throw new WellbegunError("mismatch", parts);
      }
      counts[item]!++;
      listed++;
      information += informationOf[item]!;
    }
  }
  if (listed === 0) return { coverage: 0, gini: 0, novelty: 0 };
  const covered = counts.reduce((sum, count) => sum + (count > 0 ? 1 : 0), 0);
  return { coverage: covered / counts.length, gini: gini(counts), novelty: information / listed };
}

/** The self-information of each item in bits. */
function informationByDegree(degrees: ArrayLike<number>, userCount: number): Float64Array {
  const known = new Map<number, number>();
  return Float64Array.from(degrees, (degree) => {
    const found = known.get(degree) ?? -log(Math.max(degree, 1) / userCount) / Math.LN2;
    known.set(degree, found);
    return found;
  });
}

/** Gini coefficient of counts that are not all 0. */
function gini(counts: Float64Array): number {
  const sorted = counts.toSorted();
  let weighted = 0;
  let sum = 0;
  for (const [index, count] of sorted.entries()) {
    weighted += (2 * (index + 1) - sorted.length - 1) * count;
    sum += count;
  }
  return weighted / (sorted.length * sum);
}
