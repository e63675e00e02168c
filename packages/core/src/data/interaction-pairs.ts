import { describe } from "../describe.ts";
import { WellbegunError } from "../errors.ts";
import { namesOf, refuseUnknownKeys } from "../options/known-keys.ts";
import { IdTable } from "./id-table.ts";
import { expectId, expectIterable, type Id, IdIndex } from "./ids.ts";
import { type Interactions, interactionsFromArrays } from "./interactions.ts";
import type { DuplicateRule } from "./sort-rows.ts";

/** A user, an item, and optionally a weight. */
export type InteractionPair = readonly [user: Id, item: Id, weight?: number];

/** Options of {@link interactionsFromPairs}. */
export interface PairOptions {
  /** All user IDs in row order. Default: the users of the pairs, in order of first appearance. */
  readonly userIds?: Iterable<Id> | undefined;
  /**
   * All item IDs in row order: the order of the feature rows. Default: the items of the pairs in order of first
   * appearance; the feature rows must then be in that order too.
   */
  readonly itemIds?: Iterable<Id> | undefined;
  /** Default: `max`. */
  readonly duplicates?: DuplicateRule | undefined;
}

const doing = "mapping interactions to rows";
const optionNames = namesOf<PairOptions>({ userIds: true, itemIds: true, duplicates: true });

/**
 * Interactions from pairs of raw IDs of any kind.
 *
 * @example
 * ```ts
 * import { interactionsFromPairs } from "@wellbegun/core";
 *
 * const interactions = interactionsFromPairs([["ann", "tea"], ["bob", "tea"], ["ann", "jam"]], {
 *   itemIds: ["jam", "tea", "oil"],
 * });
 * console.log(interactions.userCount, interactions.itemCount, [...interactions.items]); // 2 3 [ 0, 1, 1 ]
 * ```
 *
 * @throws {WellbegunError} `invalid-data` naming the pair that is not an array of a user, an item and at most a
 * weight, or whose user or item is not an {@link Id} or not in the given list; `invalid-option`.
 */
export function interactionsFromPairs(
  pairs: Iterable<InteractionPair>,
  options: PairOptions = {},
): Interactions {
  refuseUnknownKeys("reading interactions", options, optionNames);
  const userRows = new RowMap("user", options.userIds);
  const itemRows = new RowMap("item", options.itemIds);
  const users: number[] = [];
  const items: number[] = [];
  const weights: number[] = [];
  let weighted = false;
  for (const pair of expectIterable(doing, "pairs of a user and an item", pairs)) {
    expectPair(pair, users.length);
    const [user, item, weight] = pair;
    users.push(userRows.rowOf(user, users.length));
    items.push(itemRows.rowOf(item, items.length));
    weights.push(weight === undefined ? 1 : weight);
    weighted ||= weight !== undefined;
  }
  const userIds = userRows.index();
  const itemIds = itemRows.index();
  return interactionsFromArrays({
    users,
    items,
    weights: weighted ? weights : undefined,
    userCount: userIds.size,
    itemCount: itemIds.size,
    duplicates: options.duplicates,
    userIds,
    itemIds,
  });
}

function expectPair(pair: unknown, index: number): void {
  if (Array.isArray(pair) && (pair.length === 2 || pair.length === 3)) return;
  throw new WellbegunError("invalid-data", {
    doing,
    expected: "an array of a user, an item and, at most, a weight",
    found: Array.isArray(pair) ? `an array of ${pair.length}` : describe(pair),
    at: `pair ${index}`,
  });
}

/** Assigns rows to raw IDs: from a list if one is given, else in order of appearance. */
class RowMap {
  readonly #kind: string;
  readonly #given: IdIndex | undefined;
  readonly #seen: IdTable = new IdTable();

  constructor(kind: string, ids: Iterable<Id> | undefined) {
    this.#kind = kind;
    this.#given = ids === undefined ? undefined : new IdIndex(ids);
  }

  rowOf(id: Id, pair: number): number {
    const known = this.#given === undefined ? this.#seen.rowOf(id) : this.#given.rowOf(id);
    if (known !== undefined) return known;
    expectId(id, doing, () => `the ${this.#kind} of pair ${pair}`);
    if (this.#given === undefined) return this.#seen.add(id);
    throw new WellbegunError("invalid-data", {
      doing,
      expected: `an ID of the given list of ${this.#kind}s`,
      found: `${typeof id} ${JSON.stringify(String(id))}`,
      at: `pair ${pair}`,
    });
  }

  index(): IdIndex {
    return this.#given ?? new IdIndex(this.#seen.ids);
  }
}
