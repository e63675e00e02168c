import type { Interactions } from "@wellbegun/core";

/** How many interactions two splits share. Both list a user's items in ascending order, so one pass over both is enough. */
export function overlap(one: Interactions, other: Interactions): number {
  let shared = 0;
  for (let user = 0; user < Math.min(one.userCount, other.userCount); user++) {
    let [a, b] = [one.offsets[user]!, other.offsets[user]!];
    const [endA, endB] = [one.offsets[user + 1]!, other.offsets[user + 1]!];
    while (a < endA && b < endB) {
      const difference = one.items[a]! - other.items[b]!;
      if (difference === 0) shared++;
      if (difference <= 0) a++;
      if (difference >= 0) b++;
    }
  }
  return shared;
}
