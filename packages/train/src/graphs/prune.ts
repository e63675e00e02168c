import type { Interactions } from "@wellbegun/core";
import { createRandom, log } from "@wellbegun/core/support";
import { type UserItemGraph, userItemGraph } from "./user-item.ts";

/**
 * FREEDOM's graph of one epoch: a share `dropout` of the train interactions is left out, preferably those of
 * users and items with large degrees (the kept edges are drawn in proportion to 1 / sqrt(d_u d_i), without
 * replacement). The kept graph is normalized by its own degrees.
 *
 * @param train Without weights: each interaction counts once.
 */
export function prunedGraph(
  train: Interactions,
  dropout: number,
  seed: number,
  epoch: number,
): UserItemGraph {
  const { offsets, items, userCount, itemCount } = train;
  const kept = Math.trunc(items.length * (1 - dropout));
  const { toUsers } = userItemGraph(train);
  const random = createRandom(seed, `train/edges/${epoch}`);
  // The edges with the smallest exponential variates are a sample without replacement (Efraimidis and Spirakis, 2006).
  const keys = new Float64Array(items.length);
  for (let user = 0; user < userCount; user++) {
    for (let e = offsets[user]!; e < offsets[user + 1]!; e++) {
      const weight = toUsers.rowScale![user]! * toUsers.columnScale![items[e]!]!;
      keys[e] = -log(1 - random.uniform()) / weight;
    }
  }
  const limit = kept === 0 ? -1 : keys.slice().sort()[kept - 1]!;
  const keptOffsets = new Uint32Array(userCount + 1);
  const keptItems = new Uint32Array(kept);
  let count = 0;
  for (let user = 0; user < userCount; user++) {
    for (let e = offsets[user]!; e < offsets[user + 1]!; e++) {
      if (keys[e]! <= limit && count < kept) keptItems[count++] = items[e]!;
    }
    keptOffsets[user + 1] = count;
  }
  return userItemGraph({ userCount, itemCount, offsets: keptOffsets, items: keptItems });
}
