import { type Interactions, itemDegrees } from "@wellbegun/core";
import type { Ranker } from "./ranker.ts";

/**
 * Ranks the same items for all users, by train degree, ties to the lowest row: the baseline for content-based
 * rankings.
 */
export function popularityRanker(train: Interactions): Ranker {
  const degrees = itemDegrees(train);
  const order = Int32Array.from(degrees.keys()).sort((a, b) => degrees[b]! - degrees[a]! || a - b);
  return {
    userCount: train.userCount,
    itemCount: train.itemCount,
    userIds: train.userIds,
    itemIds: train.itemIds,
    rank: async (users, k, seen) => {
      const items = new Int32Array(users.length * k).fill(-1);
      // Marks hold the user's row + 1 at the items that the user has seen.
      const marks = new Uint32Array(train.itemCount);
      for (let row = 0; row < users.length; row++) {
        for (let e = seen.offsets[row]!; e < seen.offsets[row + 1]!; e++) marks[seen.items[e]!] = row + 1;
        let length = 0;
        for (let place = 0; place < order.length && length < k; place++) {
          const item = order[place]!;
          if (marks[item] !== row + 1) items[row * k + length++] = item;
        }
      }
      return items;
    },
    dispose: async () => undefined,
  };
}
