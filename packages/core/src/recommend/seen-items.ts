import type { SparseMatrix } from "../backend/backend.ts";
import type { Interactions } from "../data/interactions.ts";

/** Some users and some items, each a run of rows. */
export interface Block {
  readonly firstUser: number;
  readonly users: number;
  readonly firstItem: number;
  readonly items: number;
}

/** What the users of a block have seen of its items, by the rows that these have within the block. */
export function seenWithin(seen: Interactions, { firstUser, users, firstItem, items }: Block): SparseMatrix {
  const offsets = seen.offsets.subarray(firstUser, firstUser + users + 1);
  // All items, so that their rows are their own: a view does.
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
