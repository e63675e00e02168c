import type { Interactions } from "@wellbegun/core";

/** Interactions without the pairs of user and item that `others` contains. */
export function withoutPairsOf(interactions: Interactions, others: readonly Interactions[]): Interactions {
  const { userCount, itemCount, offsets: from, items, weights } = interactions;
  const marks = new Uint32Array(itemCount);
  const kept = new Uint32Array(items.length);
  const keptWeights = weights && new Float32Array(items.length);
  const offsets = new Uint32Array(userCount + 1);
  let length = 0;
  for (let user = 0; user < userCount; user++) {
    // Marks hold the user's row plus 1, so that marks of earlier users need no clearing.
    for (const other of others) {
      for (let e = other.offsets[user]!; e < other.offsets[user + 1]!; e++) marks[other.items[e]!] = user + 1;
    }
    for (let e = from[user]!; e < from[user + 1]!; e++) {
      if (marks[items[e]!] === user + 1) continue;
      kept[length] = items[e]!;
      if (keptWeights !== undefined) keptWeights[length] = weights![e]!;
      length++;
    }
    offsets[user + 1] = length;
  }
  return {
    ...interactions,
    offsets,
    items: kept.slice(0, length),
    ...(keptWeights && { weights: keptWeights.slice(0, length) }),
  };
}
