import { type Interactions, itemDegrees } from "@wellbegun/core";
import type { Ranker } from "./ranker.ts";

/** Ranks the same items for everybody, by train degree, ties to the lowest row: what content must be compared with. */
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
      for (let row = 0; row < users.length; row++) {
        const known = new Set(seen.items.subarray(seen.offsets[row]!, seen.offsets[row + 1]!));
        let length = 0;
        for (const item of order) {
          if (length === k) break;
          if (!known.has(item)) items[row * k + length++] = item;
        }
      }
      return items;
    },
    dispose: async () => undefined,
  };
}
