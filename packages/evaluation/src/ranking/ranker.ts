import { type Interactions, type Observer, WellbegunError } from "@wellbegun/core";
import { checkpoint } from "@wellbegun/core/support";
import type { RankedLists } from "../metrics/accuracy.ts";

/**
 * Anything that ranks items for users: tables of vectors, popularity, a scorer of the caller's. All protocols judge
 * rankers.
 */
export interface Ranker {
  readonly userCount: number;
  readonly itemCount: number;
  /**
   * The `k` best items of some users, exactly: every item competes but those that `seen` (one row for each of
   * `users`, in their order) holds.
   *
   * @returns users.length x k item rows, best first, ties to the lowest row, -1 for an empty place.
   */
  rank(users: Uint32Array, k: number, seen: Interactions): Promise<Int32Array>;
  /** Frees what the ranker holds. */
  dispose(): Promise<void>;
}

/** How {@link rankUsers} goes about it. */
export interface RankOptions extends Observer {
  /** Users who are ranked at a time: what bounds memory. Default: 1,024. */
  readonly blockUsers?: number | undefined;
}

/**
 * Ranks items for the given users in blocks.
 *
 * @param seen What each user of the ranker must not be given.
 * @throws {WellbegunError} `mismatch` if `seen` has other users or items than the ranker; `invalid-option` for a `k` that
 * is no whole number >= 1; `aborted`.
 */
export async function rankUsers(
  ranker: Ranker,
  users: Uint32Array,
  k: number,
  seen: Interactions,
  options: RankOptions = {},
): Promise<RankedLists> {
  expectRows(ranker, seen, "seen");
  if (!(Number.isSafeInteger(k) && k >= 1)) {
    throw new WellbegunError("invalid-option", {
      doing: "ranking items",
      expected: "a whole number of items >= 1",
      found: `${k}`,
      at: "k",
    });
  }
  const { blockUsers = 1024 } = options;
  const items = new Int32Array(users.length * k);
  for (let first = 0; first < users.length; first += blockUsers) {
    await checkpoint(options, "ranking items");
    const block = users.subarray(first, first + blockUsers);
    items.set(await ranker.rank(block, k, selectUsers(seen, block)), first * k);
    options.onProgress?.({ stage: "evaluate", done: first + block.length, total: users.length });
  }
  return { users, k, items };
}

/** @throws {WellbegunError} `mismatch` if the interactions' users and items are not the ranker's. */
export function expectRows(ranker: Ranker, { userCount, itemCount }: Interactions, at: string): void {
  if (ranker.userCount === userCount && ranker.itemCount === itemCount) return;
  throw new WellbegunError("mismatch", {
    doing: "judging a ranking",
    expected: `${userCount} users and ${itemCount} items, those of the interactions`,
    found: `${ranker.userCount} and ${ranker.itemCount}`,
    at,
  });
}

/** The interactions of some users, in the given order. */
export function selectUsers(interactions: Interactions, users: ArrayLike<number>): Interactions {
  const offsets = new Uint32Array(users.length + 1);
  for (let row = 0; row < users.length; row++) {
    const user = users[row]!;
    offsets[row + 1] = offsets[row]! + interactions.offsets[user + 1]! - interactions.offsets[user]!;
  }
  const items = new Uint32Array(offsets[users.length]!);
  for (let row = 0; row < users.length; row++) {
    const user = users[row]!;
    const own = interactions.items.subarray(interactions.offsets[user]!, interactions.offsets[user + 1]!);
    items.set(own, offsets[row]);
  }
  return { userCount: users.length, itemCount: interactions.itemCount, offsets, items };
}
