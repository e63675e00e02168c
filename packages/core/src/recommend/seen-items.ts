import type { SparseMatrix } from "../backend/backend.ts";
import type { Interactions } from "../data/interactions.ts";

/** A range of users and a range of items. */
export interface Block {
  readonly firstUser: number;
  readonly users: number;
  readonly firstItem: number;
  readonly items: number;
}

/** The items of a block that its users have seen, as rows within the block. */
export function seenWithin(seen: Interactions, { firstUser, users, firstItem, items }: Block): SparseMatrix {
  const offsets = seen.offsets.subarray(firstUser, firstUser + users + 1);
  // With all items, rows within the block are the items' own rows, so a view suffices.
  if (items === seen.itemCount) return { rows: users, columns: items, offsets, indices: seen.items };
  const kept = new Uint32Array(users + 1);
  const indices = new Uint32Array(offsets[users]! - offsets[0]!);
  let count = 0;
  for (let u = 0; u < users; u++) {
    for (let e = offsets[u]!; e < offsets[u + 1]!; e++) {
      const item = seen.items[e]! - firstItem;
      if (item >= 0 && item < items) indices[count++] = item;
    }
    kept[u + 1] = count;
  }
  return { rows: users, columns: items, offsets: kept, indices: indices.subarray(0, count) };
}
