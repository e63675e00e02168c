import type { Backend, TopK } from "../backend/backend.ts";
import type { Id } from "../data/ids.ts";
import type { Interactions } from "../data/interactions.ts";
import { expectSameIds } from "../data/same-ids.ts";
import { idOf, rowOf, type ScoringTables, type Table } from "../data/table.ts";
import { withBackend } from "../default-backend.ts";
import { describe } from "../describe.ts";
import { WellbegunError } from "../errors.ts";
import { expectChoice, namesOf, refuseUnknownKeys } from "../options/known-keys.ts";
import { checkpoint, type Observer } from "../progress.ts";
import { openItemIndex, type Similarity, similarities } from "./item-index.ts";
import { usersOfTurn } from "./turns.ts";

/**
 * Options of {@link recommend}. With `signal` or `onProgress`, users are ranked in smaller blocks, between which the event loop
 * turns; `onProgress` reports the stage `recommend`, in users.
 */
export interface RecommendOptions extends Observer {
  /** Items for each user. */
  readonly k: number;
  /**
   * Items to leave out for each user, such as its train items. The users and items must be the rows of the
   * tables; where both have IDs, the IDs are compared. Default: none.
   */
  readonly seen?: Interactions | undefined;
  /** `cosine` divides the items by their norms (the norm of a user does not change its ranking). Default: `dot`. */
  readonly similarity?: Similarity | undefined;
  /** Default: `wasm()` where the runtime accepts it, else `cpu()`, disposed of at the end. */
  readonly backend?: Backend | undefined;
}

/** One recommended item. */
export interface Recommendation {
  /** Raw item ID; the row number if the item table has no IDs. */
  readonly item: Id;
  readonly score: number;
}

/** The result of {@link recommend}: the lists of all users as arrays, and the list of each user by ID. */
export interface Recommendations extends TopK {
  /** U x k item rows, best first; -1 where a user has fewer than k items left. */
  readonly items: Int32Array;
  /** U x k scores; -Infinity where there is no item. */
  readonly scores: Float32Array;
  readonly k: number;
  /**
   * The list of one user, best first; shorter than k if the user has fewer items left.
   *
   * @param user Raw user ID; the row number if the user table has no IDs.
   * @throws {WellbegunError} `invalid-data` for a user that the table does not have.
   */
  of(user: Id): Recommendation[];
}

/**
 * The `k` best items of every user by the product of their vectors, best first, ties to the lower item row. Tables that
 * the backend cannot hold (`capabilities.maxMatrixBytes`, `maxTotalBytes`) go through it in blocks of users and of items.
 *
 * @example
 * ```ts
 * import { createTable, IdIndex, recommend } from "@wellbegun/core";
 *
 * const users = createTable(new Float32Array([1, 2]), 1, 2, new IdIndex(["ann"]));
 * const items = createTable(new Float32Array([1, 0, 0, 1]), 2, 2, new IdIndex(["jam", "tea"]));
 * const top = await recommend({ users, items }, { k: 1 });
 * console.log(top.of("ann")); // [ { item: 'tea', score: 2 } ]
 * ```
 *
 * @throws {WellbegunError} `mismatch` if the tables do not fit each other or `seen`; `invalid-option` for a `k`
 * that is not a whole number >= 1; `aborted`.
 */
export async function recommend(tables: ScoringTables, options: RecommendOptions): Promise<Recommendations> {
  const { users, items } = tables;
  const { k, seen } = options;
  expectFit(tables, options);
  const lists: TopK = {
    items: new Int32Array(users.rows * k),
    scores: new Float32Array(users.rows * k),
  };
  await withBackend(options.backend, async (backend) => {
    const index = await openItemIndex(backend, items, options.similarity);
    try {
      const blockUsers = Math.min(index.mostUsers, usersOfTurn(options, items));
      for (let first = 0; first < users.rows; first += blockUsers) {
        await checkpoint(options, "recommending");
        const rows = Math.min(blockUsers, users.rows - first);
        const vectors = users.data.subarray(first * users.columns, (first + rows) * users.columns);
        const found = await index.topK(vectors, k, seen && usersOf(seen, first, rows));
        lists.items.set(found.items, first * k);
        lists.scores.set(found.scores, first * k);
        options.onProgress?.({ stage: "recommend", done: first + rows, total: users.rows });
      }
    } finally {
      index.dispose();
    }
  });
  return { ...lists, k, of: (user) => listOf(lists, k, rowOf(users, user), items) };
}

function listOf(lists: TopK, k: number, row: number, items: Table): Recommendation[] {
  const list: Recommendation[] = [];
  for (let place = row * k; place < (row + 1) * k && lists.items[place]! >= 0; place++) {
    list.push({ item: idOf(items, lists.items[place]!), score: lists.scores[place]! });
  }
  return list;
}

/** A range of users of interactions, as a view. */
function usersOf(interactions: Interactions, first: number, rows: number): Interactions {
  const { itemCount, items } = interactions;
  return {
    userCount: rows,
    itemCount,
    items,
    offsets: interactions.offsets.subarray(first, first + rows + 1),
  };
}

const optionNames = namesOf<RecommendOptions>({
  k: true,
  seen: true,
  similarity: true,
  backend: true,
  signal: true,
  onProgress: true,
});

function expectFit({ users, items }: ScoringTables, options: RecommendOptions): void {
  const { k, seen, similarity } = options;
  const doing = "recommending";
  refuseUnknownKeys(doing, options, optionNames);
  expectChoice(doing, "similarity", similarity, similarities);
  if (!(Number.isSafeInteger(k) && k >= 1)) {
    throw new WellbegunError("invalid-option", {
      doing,
      expected: "a whole number of items >= 1",
      found: describe(k),
      at: "k",
    });
  }
  if (items.columns !== users.columns) {
    const expected = `${users.columns} columns, as the users have`;
    throw new WellbegunError("mismatch", { doing, expected, found: `${items.columns}`, at: "items" });
  }
  if (seen === undefined) return;
  if (seen.userCount !== users.rows || seen.itemCount !== items.rows) {
    throw new WellbegunError("mismatch", {
      doing,
      expected: `${users.rows} users and ${items.rows} items, those of the tables`,
      found: `${seen.userCount} and ${seen.itemCount}`,
      at: "seen",
    });
  }
  expectSameIds(doing, "users of seen", users.ids, seen.userIds);
  expectSameIds(doing, "items of seen", items.ids, seen.itemIds);
}
