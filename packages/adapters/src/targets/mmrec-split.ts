import { type Interactions, interactionsFromArrays, WellbegunError } from "@wellbegun/core";
import type { InterTable } from "./mmrec-inter.ts";

/** A part of the interactions, with its label in the table: train 0, validation 1, test 2. */
export type Split = "train" | "validation" | "test";

/** Options of {@link splitInteractions}. */
export interface SplitOptions {
  /**
   * Number of users. Default: the largest ID of all splits plus 1, as MMRec counts; more where users without any
   * interaction follow.
   */
  readonly userCount?: number | undefined;
  /** Number of items: the rows of the features. Default: the largest ID of all splits plus 1. */
  readonly itemCount?: number | undefined;
  /** What to call the features in errors. Default: "the features". */
  readonly featuresLabel?: string | undefined;
}

const splitLabels: Readonly<Record<Split, number>> = { train: 0, validation: 1, test: 2 };

/**
 * The interactions of one split. Users and items are counted over all splits, so that the rows of the three agree; an
 * interaction that stands twice counts once.
 *
 * @throws {WellbegunError} `mismatch` if an ID, of whatever split, lies beyond the given count, naming its line;
 * `invalid-option` if `userCount` is no whole number.
 */
export function splitInteractions(table: InterTable, split: Split, options: SplitOptions = {}): Interactions {
  const { userCount = table.userCount, itemCount = table.itemCount } = options;
  if (!Number.isSafeInteger(userCount)) {
    throw new WellbegunError("invalid-option", {
      doing: "matching interactions to features",
      expected: "a whole number of users",
      found: `${userCount}`,
      at: "userCount",
    });
  }
  if (table.itemCount > itemCount) {
    const limit = `the number of rows in ${options.featuresLabel ?? "the features"}`;
    throw beyond(table, table.items, table.itemColumn, `item IDs below ${itemCount}, ${limit}`, itemCount);
  }
  if (table.userCount > userCount) {
    const expected = `user IDs below ${userCount}, the given number of users`;
    throw beyond(table, table.users, table.userColumn, expected, userCount);
  }
  const { labels, users: allUsers, items: allItems } = table;
  const wanted = splitLabels[split];
  const users = new Uint32Array(labels.length);
  const items = new Uint32Array(labels.length);
  let kept = 0;
  for (let row = 0; row < labels.length; row++) {
    if (labels[row] !== wanted) continue;
    users[kept] = allUsers[row]!;
    items[kept++] = allItems[row]!;
  }
  return interactionsFromArrays({
    users: users.subarray(0, kept),
    items: items.subarray(0, kept),
    userCount,
    itemCount,
  });
}

function beyond(
  table: InterTable,
  ids: Uint32Array,
  column: string,
  expected: string,
  count: number,
): WellbegunError {
  const row = ids.findIndex((id) => id >= count);
  return new WellbegunError("mismatch", {
    doing: "matching interactions to features",
    expected,
    found: `${ids[row]}`,
    at: `${table.label}, line ${table.lineOf(row)}, column ${column}`,
  });
}
