import { type Interactions, interactionsFromArrays, WellbegunError } from "@wellbegun/core";
import type { Split } from "../split.ts";
import { type InterTable, MAX_ROW } from "./inter-table.ts";
import { countedFromOne, requireRowNumbers } from "./row-counts.ts";

/** Options of {@link splitInteractions}. */
export interface SplitOptions {
  /**
   * Number of users. Default: the largest ID of all splits plus 1, as MMRec counts. Give a larger number if
   * users without interactions follow.
   */
  readonly userCount?: number | undefined;
  /** Number of items: the rows of the features. Default: the largest ID of all splits plus 1. */
  readonly itemCount?: number | undefined;
  /** What to call the features in errors. Default: "the features". */
  readonly featuresLabel?: string | undefined;
}

const DOING = "matching interactions to features";

const splitLabels: Readonly<Record<Split, number>> = { train: 0, validation: 1, test: 2 };

/**
 * The interactions of one split. Users and items are counted over all splits, so that the rows of the three
 * splits agree; a repeated interaction counts once.
 *
 * @throws {WellbegunError} `mismatch` if an ID of any split is not below the given count, naming its line;
 * `invalid-data` if no count is given and the largest ID is so far above the number of interactions that the
 * IDs cannot be row numbers; `invalid-option` if `userCount` is not a whole number up to 2147483647, or is
 * given for raw user IDs.
 */
export function splitInteractions(table: InterTable, split: Split, options: SplitOptions = {}): Interactions {
  const { userCount = table.userCount, itemCount = table.itemCount } = options;
  const { userIds, itemIds, label, userColumn, itemColumn } = table;
  if (!Number.isSafeInteger(userCount) || userCount < 0 || userCount > MAX_ROW + 1) {
    throw refusedCount(`a whole number of users up to ${MAX_ROW + 1}`, `${userCount}`);
  }
  if (userIds !== undefined && userCount !== userIds.size) {
    throw refusedCount(`${userIds.size} users, as many as the table has raw IDs`, `${userCount}`);
  }
  if (options.itemCount === undefined && itemIds === undefined) {
    const hint = "Renumber the items, or give their number.";
    requireRowNumbers("item", table.items, itemCount, `${label}, column ${itemColumn}`, hint);
  }
  if (itemIds !== undefined && itemIds.size !== itemCount) {
    throw new WellbegunError("mismatch", {
      doing: DOING,
      expected: `${itemCount} item IDs, one for each row of ${options.featuresLabel ?? "the features"}`,
      found: `${itemIds.size}`,
      at: "the list of item IDs",
    });
  }
  if (table.itemCount > itemCount) {
    const limit = `the number of rows in ${options.featuresLabel ?? "the features"}`;
    throw beyond(table, "item", `item IDs below ${itemCount}, ${limit}`, itemCount);
  }
  if (table.userCount > userCount) {
    const expected = `user IDs below ${userCount}, the given number of users`;
    throw beyond(table, "user", expected, userCount);
  }
  if (options.userCount === undefined && userIds === undefined) {
    const hint = 'Renumber the users, read their raw IDs (ids: "raw"), or give their number (userCount).';
    requireRowNumbers("user", table.users, userCount, `${label}, column ${userColumn}`, hint);
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
  const [own, ownItems] = [users.subarray(0, kept), items.subarray(0, kept)];
  try {
    return interactionsFromArrays({ users: own, items: ownItems, userCount, itemCount, userIds, itemIds });
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause;
    const found = "not enough";
    throw new WellbegunError("limit", {
      doing: DOING,
      expected: `memory for ${userCount} users`,
      found,
      cause,
    });
  }
}

function refusedCount(expected: string, found: string): WellbegunError {
  return new WellbegunError("invalid-option", { doing: DOING, expected, found, at: "option userCount" });
}

function beyond(table: InterTable, kind: "user" | "item", expected: string, count: number): WellbegunError {
  const [ids, column] = kind === "user" ? [table.users, table.userColumn] : [table.items, table.itemColumn];
  const row = ids.findIndex((id) => id >= count);
  return new WellbegunError("mismatch", {
    doing: DOING,
    expected,
    found: `${ids[row]}`,
    at: `${table.fileOf?.(row) ?? table.label}, line ${table.lineOf(row)}, column ${column}`,
    ...(ids.includes(0) ? {} : { hint: countedFromOne(kind, ids) }),
  });
}
