import { type Id, type Interactions, itemDegrees, type ScoringTables } from "@wellbegun/core";
import { bestRows } from "../best-rows.ts";
import type { Recommended } from "../protocol.ts";

/**
 * The items with the largest scores for a user of the data, and the most popular ones, without those of its history.
 *
 * @param user The user's ID as text, or its row where the data has no IDs.
 */
export function recommendFor(
  { users, items }: ScoringTables,
  train: Interactions,
  user: string,
  k: number,
): Recommended {
  const row = rowOf(train, user.trim());
  const history = [...train.items.subarray(train.offsets[row]!, train.offsets[row + 1]!)];
  const seen = new Set(history);
  const { columns } = items;
  const vector = users.data.subarray(row * columns, (row + 1) * columns);
  const score = (item: number): number => {
    let sum = 0;
    for (let c = 0; c < columns; c++) sum += vector[c]! * items.data[item * columns + c]!;
    return sum;
  };
  const degrees = itemDegrees(train);
  const best = (of: (item: number) => number): number[] =>
    bestRows(items.rows, k, of, seen).map((ranked) => ranked.row);
  return { user: row, history, own: best(score), popular: best((item) => degrees[item]!) };
}

function rowOf({ userCount, userIds }: Interactions, user: string): number {
  const number = /^\d+$/.test(user) ? Number(user) : undefined;
  // IDs of columns of numbers are numbers.
  const names: readonly Id[] = number === undefined ? [user] : [user, number];
  const row =
    userIds === undefined
      ? number
      : names.map((name) => userIds.rowOf(name)).find((found) => found !== undefined);
  if (row !== undefined && row < userCount) return row;
  const known = userIds === undefined ? `0 to ${userCount - 1}` : `such as ${String(userIds.ids[0])}`;
  throw new Error(`There is no user ${user === "" ? "without a name" : user}: users are ${known}.`);
}
