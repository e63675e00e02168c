import { WellbegunError } from "../errors.ts";
import { type Id, IdIndex } from "./ids.ts";
import { type DuplicateRule, plainRows, weightedRows } from "./sort-rows.ts";

/**
 * What users touched: the train matrix R in compressed-row form. Within a user the items ascend and stand once,
 * so equal data give equal arrays in whatever order they came.
 */
export interface Interactions {
  /** Number of users, U. Users without interactions count. */
  readonly userCount: number;
  /** Number of items, I. Items without interactions count. */
  readonly itemCount: number;
  /** U + 1 offsets into `items`. */
  readonly offsets: Uint32Array;
  /** Item row of each interaction, ascending within a user. */
  readonly items: Uint32Array;
  /** Weight of each interaction (finite, > 0); all 1 when left out. */
  readonly weights?: Float32Array | undefined;
  /** Raw user IDs, where rows are not the IDs themselves. */
  readonly userIds?: IdIndex | undefined;
  /** Raw item IDs, where rows are not the IDs themselves. */
  readonly itemIds?: IdIndex | undefined;
}

/** Input of {@link interactionsFromArrays}. */
export interface InteractionArrays {
  /** User row of each interaction. */
  readonly users: ArrayLike<number>;
  /** Item row of each interaction; as long as `users`. */
  readonly items: ArrayLike<number>;
  /** Weight of each interaction; all 1 when left out. */
  readonly weights?: ArrayLike<number> | undefined;
  /** Number of users. */
  readonly userCount: number;
  /** Number of items. */
  readonly itemCount: number;
  /** Default: `max`. */
  readonly duplicates?: DuplicateRule | undefined;
  readonly userIds?: IdIndex | undefined;
  readonly itemIds?: IdIndex | undefined;
}

/**
 * Interactions from parallel arrays of rows, in any order.
 *
 * @throws {WellbegunError} `mismatch` if lengths differ; `invalid-data` if a row is not a whole number within its
 * count, or a weight is not finite and positive.
 */
export function interactionsFromArrays(input: InteractionArrays): Interactions {
  const { users, items, weights, userCount, itemCount, userIds, itemIds } = input;
  const rule = input.duplicates ?? "max";
  checkLength("items", items.length, users.length);
  if (weights !== undefined) checkLength("weights", weights.length, users.length);
  for (let e = 0; e < users.length; e++) {
    const user = users[e]!;
    const item = items[e]!;
    // Only a whole number from 0 on is its own unsigned 32 bits, which nearly all rows are.
    if (user >>> 0 !== user || user >= userCount) checkRow("user", user, userCount, e);
    if (item >>> 0 !== item || item >= itemCount) checkRow("item", item, itemCount, e);
    if (weights !== undefined) checkWeight(weights[e]!, e);
  }
  const rows =
    weights === undefined && rule !== "sum"
      ? plainRows(users, items, userCount)
      : weightedRows(users, items, weights, rule, userCount, itemCount);
  return { userCount, itemCount, ...rows, userIds, itemIds };
}

/** A user, an item, and optionally a weight. */
export type InteractionPair = readonly [user: Id, item: Id, weight?: number];

/** Options of {@link interactionsFromPairs}. */
export interface PairOptions {
  /** All user IDs in row order. Default: the users of the pairs, in order of first appearance. */
  readonly userIds?: Iterable<Id> | undefined;
  /**
   * All item IDs in row order: the order of the feature rows. Default: the items of the pairs in order of first
   * appearance, which only fits features that were put in that order too.
   */
  readonly itemIds?: Iterable<Id> | undefined;
  /** Default: `max`. */
  readonly duplicates?: DuplicateRule | undefined;
}

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
 * @throws {WellbegunError} `invalid-data` if a pair names an ID that is not in the given list.
 */
export function interactionsFromPairs(
  pairs: Iterable<InteractionPair>,
  options: PairOptions = {},
): Interactions {
  const userRows = new RowMap("user", options.userIds);
  const itemRows = new RowMap("item", options.itemIds);
  const users: number[] = [];
  const items: number[] = [];
  const weights: number[] = [];
  let weighted = false;
  for (const [user, item, weight] of pairs) {
    users.push(userRows.rowOf(user, users.length));
    items.push(itemRows.rowOf(item, items.length));
    weights.push(weight ?? 1);
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

/** Input of {@link interactionsFromCsr}. */
export interface CsrInput {
  /** U + 1 ascending offsets, from 0 to the number of interactions. */
  readonly offsets: ArrayLike<number>;
  /** Item row of each interaction, in any order within a user. */
  readonly items: ArrayLike<number>;
  readonly weights?: ArrayLike<number> | undefined;
  readonly itemCount: number;
  readonly duplicates?: DuplicateRule | undefined;
  readonly userIds?: IdIndex | undefined;
  readonly itemIds?: IdIndex | undefined;
}

/**
 * Interactions from a matrix in compressed-row form (as scipy's `csr_matrix`: indptr, indices, data).
 *
 * @throws {WellbegunError} `invalid-data` if the offsets do not ascend from 0 to the number of interactions.
 */
export function interactionsFromCsr(input: CsrInput): Interactions {
  const { offsets, items } = input;
  const userCount = offsets.length - 1;
  if (userCount < 0 || offsets[0] !== 0 || offsets[userCount] !== items.length) {
    throw new WellbegunError("invalid-data", {
      doing: "reading CSR interactions",
      expected: `offsets from 0 to ${items.length}`,
      found: userCount < 0 ? "no offsets" : `${offsets[0]} to ${offsets[userCount]}`,
    });
  }
  const users = new Uint32Array(items.length);
  for (let u = 0; u < userCount; u++) {
    if (!(offsets[u + 1]! >= offsets[u]!)) {
      throw new WellbegunError("invalid-data", {
        doing: "reading CSR interactions",
        expected: "ascending offsets",
        found: `${offsets[u]} then ${offsets[u + 1]}`,
        at: `row ${u}`,
      });
    }
    users.fill(u, offsets[u]!, offsets[u + 1]!);
  }
  return interactionsFromArrays({ ...input, users, userCount });
}

/** Degree d_u of each user: the number of its items, or the sum of their weights. */
export function userDegrees(interactions: Interactions): Float64Array {
  const { offsets, weights } = interactions;
  const degrees = new Float64Array(interactions.userCount);
  for (let u = 0; u < degrees.length; u++) {
    if (weights === undefined) degrees[u] = offsets[u + 1]! - offsets[u]!;
    else for (let e = offsets[u]!; e < offsets[u + 1]!; e++) degrees[u]! += weights[e]!;
  }
  return degrees;
}

/** Degree d_i of each item: the number of its users, or the sum of their weights. */
export function itemDegrees(interactions: Interactions): Float64Array {
  const { items, weights } = interactions;
  // Counts are whole numbers, which stay off the heap until the loop is compiled.
  const degrees =
    weights === undefined
      ? new Uint32Array(interactions.itemCount)
      : new Float64Array(interactions.itemCount);
  for (let e = 0; e < items.length; e++) degrees[items[e]!]! += weights === undefined ? 1 : weights[e]!;
  return new Float64Array(degrees);
}

/** Gives rows to raw IDs: from a list when one is given, else as they appear. */
class RowMap {
  readonly #kind: string;
  readonly #given: IdIndex | undefined;
  readonly #seen: Map<Id, number> = new Map();

  constructor(kind: string, ids: Iterable<Id> | undefined) {
    this.#kind = kind;
    this.#given = ids === undefined ? undefined : new IdIndex(ids);
  }

  rowOf(id: Id, pair: number): number {
    if (this.#given === undefined) {
      const row = this.#seen.get(id) ?? this.#seen.size;
      this.#seen.set(id, row);
      return row;
    }
    const row = this.#given.rowOf(id);
    if (row !== undefined) return row;
    throw new WellbegunError("invalid-data", {
      doing: "mapping interactions to rows",
      expected: `an ID of the given list of ${this.#kind}s`,
      found: `${typeof id} ${JSON.stringify(String(id))}`,
      at: `pair ${pair}`,
    });
  }

  index(): IdIndex {
    return this.#given ?? new IdIndex(this.#seen.keys());
  }
}

function checkLength(what: string, found: number, expected: number): void {
  if (found === expected) return;
  throw new WellbegunError("mismatch", {
    doing: "reading interactions",
    expected: `${expected} ${what}, as many as users`,
    found: `${found}`,
  });
}

function checkRow(kind: string, row: number, bound: number, at: number): void {
  if (Number.isInteger(row) && row >= 0 && row < bound) return;
  throw new WellbegunError("invalid-data", {
    doing: "reading interactions",
    expected: `a row from 0 to ${bound - 1} as the ${kind}`,
    found: `${row}`,
    at: `interaction ${at}`,
  });
}

function checkWeight(weight: number, at: number): void {
  if (Number.isFinite(weight) && weight > 0) return;
  throw new WellbegunError("invalid-data", {
    doing: "reading interactions",
    expected: "a finite weight above 0",
    found: `${weight}`,
    at: `interaction ${at}`,
  });
}
