import { describe } from "../describe.ts";
import { WellbegunError } from "../errors.ts";
import { namesOf, refuseUnknownKeys } from "../options/known-keys.ts";
import type { IdIndex } from "./ids.ts";
import {
  expectCount,
  expectIdPerRow,
  expectLength,
  expectRow,
  expectWeight,
  numbersOf,
  type WholeNumbers,
} from "./interaction-checks.ts";
import { type DuplicateRule, plainRows, weightedRows } from "./sort-rows.ts";

/**
 * Which items each user touched: the matrix R in compressed-row form. Within a user the items ascend without
 * repeats, so equal data give equal arrays, whatever their order was.
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
  /** Raw user IDs; left out where the rows are the IDs. */
  readonly userIds?: IdIndex | undefined;
  /** Raw item IDs; left out where the rows are the IDs. */
  readonly itemIds?: IdIndex | undefined;
}

const duplicateRules: readonly DuplicateRule[] = ["max", "sum", "last"];
const common = {
  items: true,
  weights: true,
  itemCount: true,
  duplicates: true,
  userIds: true,
  itemIds: true,
} as const;
const arrayNames = namesOf<InteractionArrays>({ users: true, userCount: true, ...common });
const csrNames = namesOf<CsrInput>({ offsets: true, ...common });

/** Input of {@link interactionsFromArrays}. */
export interface InteractionArrays {
  /** User row of each interaction. */
  readonly users: WholeNumbers;
  /** Item row of each interaction; as long as `users`. */
  readonly items: WholeNumbers;
  /** Weight of each interaction; all 1 when left out. */
  readonly weights?: ArrayLike<number> | undefined;
  /** Number of users. */
  readonly userCount: number;
  /** Number of items. */
  readonly itemCount: number;
  /** Default: `max`. */
  readonly duplicates?: DuplicateRule | undefined;
  /** Raw ID of each user row. Default: the rows are the IDs. */
  readonly userIds?: IdIndex | undefined;
  /** Raw ID of each item row. Default: the rows are the IDs. */
  readonly itemIds?: IdIndex | undefined;
}

/**
 * Interactions from parallel arrays of rows, in any order.
 *
 * @throws {WellbegunError} `mismatch` if lengths differ, or there are not as many IDs as rows; `invalid-data`
 * if a row is not a whole number within its count, a weight is not finite and positive, or a count is not a
 * whole number; `invalid-option` for an unknown rule for duplicates.
 */
export function interactionsFromArrays(input: InteractionArrays): Interactions {
  refuseUnknownKeys("reading interactions", input, arrayNames);
  return sortedInteractions(input);
}

function sortedInteractions(input: InteractionArrays): Interactions {
  const { weights, userCount, itemCount, userIds, itemIds, duplicates = "max" } = input;
  expectCount("userCount", userCount);
  expectCount("itemCount", itemCount);
  expectIdPerRow("userIds", userIds, userCount);
  expectIdPerRow("itemIds", itemIds, itemCount);
  expectRule(duplicates);
  const users = numbersOf("users", input.users);
  const items = numbersOf("items", input.items);
  expectLength("items", items.length, users.length);
  if (weights !== undefined) expectLength("weights", weights.length, users.length);
  for (let e = 0; e < users.length; e++) {
    const user = users[e]!;
    const item = items[e]!;
    // `user >>> 0 === user` holds for whole numbers from 0 to 2^32 - 1 alone, so valid rows pass this one test.
    if (typeof user !== "number" || user >>> 0 !== user || user >= userCount)
      expectRow("user", user, userCount, e);
    if (typeof item !== "number" || item >>> 0 !== item || item >= itemCount)
      expectRow("item", item, itemCount, e);
    if (weights !== undefined) expectWeight(weights[e]!, e);
  }
  const rows =
    weights === undefined && duplicates !== "sum"
      ? plainRows(users, items, userCount)
      : weightedRows(users, items, weights, duplicates, userCount, itemCount);
  return { userCount, itemCount, ...rows, userIds, itemIds };
}

function expectRule(rule: DuplicateRule): void {
  if (duplicateRules.includes(rule)) return;
  throw new WellbegunError("invalid-option", {
    doing: "reading interactions",
    expected: `one of ${duplicateRules.join(", ")}`,
    found: describe(rule),
    at: "duplicates",
  });
}

/** Input of {@link interactionsFromCsr}. */
export interface CsrInput {
  /** U + 1 ascending offsets, from 0 to the number of interactions. */
  readonly offsets: WholeNumbers;
  /** Item row of each interaction, in any order within a user. */
  readonly items: WholeNumbers;
  readonly weights?: ArrayLike<number> | undefined;
  readonly itemCount: number;
  readonly duplicates?: DuplicateRule | undefined;
  readonly userIds?: IdIndex | undefined;
  readonly itemIds?: IdIndex | undefined;
}

/**
 * Interactions from a matrix in compressed-row form (as scipy's `csr_matrix`: indptr, indices, data).
 *
 * @throws {WellbegunError} `invalid-data` if the offsets are not whole numbers that ascend from 0 to the number
 * of interactions; also the errors of {@link interactionsFromArrays}.
 */
export function interactionsFromCsr(input: CsrInput): Interactions {
  const { offsets: given, ...others } = input;
  refuseUnknownKeys("reading CSR interactions", input, csrNames);
  const offsets = numbersOf("offsets", given);
  const items = numbersOf("items", input.items);
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
    if (!(offsets[u + 1]! >= offsets[u]! && Number.isInteger(offsets[u + 1]))) {
      throw new WellbegunError("invalid-data", {
        doing: "reading CSR interactions",
        expected: "ascending offsets that are whole numbers",
        found: `${offsets[u]} then ${offsets[u + 1]}`,
        at: `row ${u}`,
      });
    }
    users.fill(u, offsets[u]!, offsets[u + 1]!);
  }
  return sortedInteractions({ ...others, items, users, userCount });
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
  // In an array of integers, counts need no heap allocation while the loop runs in the interpreter.
  const degrees =
    weights === undefined
      ? new Uint32Array(interactions.itemCount)
      : new Float64Array(interactions.itemCount);
  for (let e = 0; e < items.length; e++) degrees[items[e]!]! += weights === undefined ? 1 : weights[e]!;
  return new Float64Array(degrees);
}
