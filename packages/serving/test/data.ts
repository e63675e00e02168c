import {
  createTable,
  type Interactions,
  interactionsFromArrays,
  type ScoringTables,
  type Table,
} from "@wellbegun/core";
import { createRandom } from "@wellbegun/core/support";

/** Random tables, and interactions of which some users and items have none. */
export function randomCase(seed: number, users: number = 30, items: number = 40) {
  const random = createRandom(seed, "serving");
  const table = (rows: number, columns: number, shift: number): Table =>
    createTable(
      Float32Array.from({ length: rows * columns }, () => random.normal() + shift),
      rows,
      columns,
    );
  const tables = (columns: number, shift: number): ScoringTables => ({
    users: table(users, columns, 0),
    items: table(items, columns, shift),
  });
  const draw = (count: number): Interactions => {
    const pairs = new Set<number>();
    // Squared, so that low rows are popular and high ones cold.
    while (pairs.size < count)
      pairs.add(random.integer(users - 1) * items + Math.floor(random.uniform() ** 2 * items));
    const all = [...pairs];
    return interactionsFromArrays({
      users: Uint32Array.from(all, (pair) => Math.floor(pair / items)),
      items: Uint32Array.from(all, (pair) => pair % items),
      userCount: users,
      itemCount: items,
    });
  };
  return { model: tables(5, 0.3), content: tables(4, -0.2), train: draw(110), heldOut: draw(60), random };
}

/** The product of a user's and an item's vectors. */
export function score({ users, items }: ScoringTables, user: number, item: number): number {
  const vector = items.row(item);
  return users.row(user).reduce((sum, value, c) => sum + value * vector[c]!, 0);
}

export function degreesOf(train: Interactions): { users: number[]; items: number[] } {
  const users = Array.from({ length: train.userCount }, (_, u) => train.offsets[u + 1]! - train.offsets[u]!);
  const items = new Array<number>(train.itemCount).fill(0);
  for (const item of train.items) items[item]!++;
  return { users, items };
}

export function standardized(values: readonly number[]): (value: number) => number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
  return (value) => (value - mean) / Math.sqrt(variance);
}
