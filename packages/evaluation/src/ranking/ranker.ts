import {
  type Identity,
  type IdIndex,
  type Interactions,
  type Observer,
  WellbegunError,
} from "@wellbegun/core";
import { checkpoint, describe, expectSameIds, namesOf, refuseUnknownKeys } from "@wellbegun/core/support";
import type { RankedLists } from "../metrics/lists.ts";

/**
 * Anything that ranks items for users: tables of vectors, popularity, a scorer of the caller's. All protocols judge
 * rankers.
 */
export interface Ranker {
  readonly userCount: number;
  readonly itemCount: number;
  /** The raw ID of each user, compared with the interactions' where both have them. */
  readonly userIds?: IdIndex | undefined;
  /** The raw ID of each item, compared likewise. */
  readonly itemIds?: IdIndex | undefined;
  /**
   * The exact `k` best items of some users. Every item competes except those in `seen`, which has one row for
   * each of `users`, in their order.
   *
   * @returns users.length x k item rows, best first, ties to the lowest row, -1 where a list has no further
   * item.
   */
  rank(users: Uint32Array, k: number, seen: Interactions): Promise<Int32Array>;
  /** Frees the ranker's memory. */
  dispose(): Promise<void>;
}

const DOING = "judging a ranking";

/** Options of {@link rankUsers}. */
export interface RankOptions extends Observer {
  /** Number of users ranked at a time, which bounds memory. Default: 1,024. */
  readonly blockUsers?: number | undefined;
}

const optionNames = namesOf<RankOptions>({ blockUsers: true, signal: true, onProgress: true });

/**
 * Ranks items for the given users in blocks.
 *
 * @param seen The items to leave out of each user's list.
 * @throws {WellbegunError} `mismatch` if `seen` has other users or items than the ranker; `invalid-option` for
 * a `k` that is not a whole number >= 1, or an option that there is not; `aborted`.
 */
export async function rankUsers(
  ranker: Ranker,
  users: Uint32Array,
  k: number,
  seen: Interactions,
  options: RankOptions = {},
): Promise<RankedLists> {
  refuseUnknownKeys("ranking items", options, optionNames);
  expectRows(ranker, seen, "seen");
  if (!(Number.isSafeInteger(k) && k >= 1)) {
    throw new WellbegunError("invalid-option", {
      doing: "ranking items",
      expected: "a whole number of items >= 1",
      found: describe(k),
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

/**
 * Whether the interactions' users and items were compared with the ranker's by ID, or only by their counts.
 *
 * @throws {WellbegunError} `mismatch` if they are not, by number or by ID.
 */
export function expectRows(ranker: Ranker, interactions: Interactions, at: string): Identity {
  const { userCount, itemCount } = interactions;
  if (ranker.userCount === userCount && ranker.itemCount === itemCount) {
    const users = expectSameIds(DOING, `users of ${at}`, interactions.userIds, ranker.userIds);
    const items = expectSameIds(DOING, `items of ${at}`, interactions.itemIds, ranker.itemIds);
    return users === "compared" && items === "compared" ? "compared" : "assumed";
  }
  throw new WellbegunError("mismatch", {
    doing: DOING,
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
