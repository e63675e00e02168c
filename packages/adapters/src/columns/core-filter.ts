import { interactionsFromArrays } from "@wellbegun/core";

/** User and item numbers of the pairs that a k-core is computed from. */
export interface Pairs {
  readonly users: Uint32Array;
  readonly items: Uint32Array;
}

/** The users and items that remain, by number: 1 if kept, else 0. */
export interface CoreOf {
  readonly users: Uint8Array;
  readonly items: Uint8Array;
}

/**
 * The largest part of the pairs in which every user has at least `minUser` different items and every item at least `minItem`
 * different users; undefined if both minimums are 1 or less. Each removal is processed once, so the time is
 * linear in the pairs.
 */
export function coreOf(
  pairs: Pairs,
  userCount: number,
  itemCount: number,
  { minUser, minItem }: { readonly minUser: number; readonly minItem: number },
): CoreOf | undefined {
  if (minUser <= 1 && minItem <= 1) return undefined;
  const byUser = interactionsFromArrays({ users: pairs.users, items: pairs.items, userCount, itemCount });
  const byItem = interactionsFromArrays({
    users: pairs.items,
    items: pairs.users,
    userCount: itemCount,
    itemCount: userCount,
  });
  const sides = [
    {
      rows: byUser,
      min: minUser,
      left: new Uint8Array(userCount).fill(1),
      degrees: new Uint32Array(userCount),
    },
    {
      rows: byItem,
      min: minItem,
      left: new Uint8Array(itemCount).fill(1),
      degrees: new Uint32Array(itemCount),
    },
  ] as const;
  const queue: { readonly side: 0 | 1; readonly row: number }[] = [];
  for (const side of [0, 1] as const) {
    const { rows, degrees, min, left } = sides[side];
    for (let row = 0; row < degrees.length; row++) {
      degrees[row] = rows.offsets[row + 1]! - rows.offsets[row]!;
      if (degrees[row]! >= min) continue;
      left[row] = 0;
      queue.push({ side, row });
    }
  }
  for (let next = queue.pop(); next !== undefined; next = queue.pop()) {
    const { rows } = sides[next.side];
    const side = next.side === 0 ? 1 : 0;
    const { degrees, min, left } = sides[side];
    for (let e = rows.offsets[next.row]!; e < rows.offsets[next.row + 1]!; e++) {
      const row = rows.items[e]!;
      degrees[row]!--;
      if (left[row] === 0 || degrees[row]! >= min) continue;
      left[row] = 0;
      queue.push({ side, row });
    }
  }
  return { users: sides[0].left, items: sides[1].left };
}
