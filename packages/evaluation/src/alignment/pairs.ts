import { type Interactions, type ScoringTables, WellbegunError } from "@wellbegun/core";
import { createRandom } from "@wellbegun/core/support";
import { rowNorms } from "./norms.ts";

/** How near users are to the items that they touched. */
export interface UserItemCosine {
  /** Mean cosine over all interactions of the user with the item, -1 to 1. */
  readonly own: number;
  /** The same with a random item instead, which the user has not touched. */
  readonly random: number;
  /** own - random: what the vectors know of who touched what. */
  readonly gap: number;
}

/**
 * Mean cosine of users to their items against random items: one seeded random item for each interaction, drawn
 * evenly from all items that the user has not touched. Vectors of zeros have the cosine 0.
 *
 * @throws {WellbegunError} `mismatch` if the tables' rows are not the users and items of `interactions`.
 */
export function userItemCosine(
  tables: ScoringTables,
  interactions: Interactions,
  seed: number = 999,
): UserItemCosine {
  expectTables(tables, interactions);
  const { columns } = tables.users;
  const users = unitRows(tables.users.data, columns);
  const items = unitRows(tables.items.data, columns);
  const random = createRandom(seed, "evaluate/random-items");
  let [own, other, others] = [0, 0, 0];
  forEachInteraction(interactions, (user, item, touched) => {
    own += dot(users, user, items, item, columns);
    if (touched.size === interactions.itemCount) return;
    let drawn = random.integer(interactions.itemCount);
    while (touched.has(drawn)) drawn = random.integer(interactions.itemCount);
    other += dot(users, user, items, drawn, columns);
    others++;
  });
  own /= Math.max(interactions.items.length, 1);
  other /= Math.max(others, 1);
  return { own, random: other, gap: own - other };
}

/** How vectors lie on the unit sphere. */
export interface AlignmentUniformity {
  /**
   * Mean squared distance of a user's and its item's unit vectors over all interactions: 0 (the same direction) to 4
   * (opposite). Lower is better.
   */
  readonly alignment: number;
  /**
   * log of the mean of exp(-2 |x - y|^2) over pairs of different users: 0 (all in one point) down to -8 (all pairs
   * opposite; evenly spread vectors come to -4 as the width grows). Lower is better.
   */
  readonly userUniformity: number;
  /** The same over pairs of different items. */
  readonly itemUniformity: number;
}

/**
 * Alignment and uniformity of unit vectors, with the sources' alpha and t of 2. Source: Wang and Isola, ICML 2020;
 * for users and items: Wang et al. (DirectAU), KDD 2022. Uniformity is over all pairs of a seeded sample of rows.
 *
 * @param sample Most users, and most items, in the sample. Default: 1,000.
 * @throws {WellbegunError} `mismatch` if the tables' rows are not the users and items of `interactions`.
 */
export function alignmentUniformity(
  tables: ScoringTables,
  interactions: Interactions,
  seed: number = 999,
  sample: number = 1000,
): AlignmentUniformity {
  expectTables(tables, interactions);
  const { columns } = tables.users;
  const users = unitRows(tables.users.data, columns);
  const items = unitRows(tables.items.data, columns);
  let alignment = 0;
  forEachInteraction(interactions, (user, item) => {
    alignment += squaredDistance(users, user, items, item, columns);
  });
  return {
    alignment: alignment / Math.max(interactions.items.length, 1),
    userUniformity: uniformity(users, columns, sampleRows(users.length / columns, sample, seed, "users")),
    itemUniformity: uniformity(items, columns, sampleRows(items.length / columns, sample, seed, "items")),
  };
}

/** `count` different rows in ascending order, or all of them if there are no more; equal for equal seed and name. */
export function sampleRows(rows: number, count: number, seed: number, name: string): Uint32Array {
  const random = createRandom(seed, `evaluate/sample/${name}`);
  const chosen: number[] = [];
  // Selection sampling: Knuth, The Art of Computer Programming 2, algorithm S.
  for (let row = 0; row < rows && chosen.length < count; row++) {
    if (random.uniform() * (rows - row) < count - chosen.length) chosen.push(row);
  }
  return Uint32Array.from(chosen);
}

function uniformity(unit: Float32Array, columns: number, rows: Uint32Array): number {
  let sum = 0;
  for (let a = 0; a < rows.length; a++) {
    for (let b = 0; b < a; b++)
      sum += Math.exp(-2 * squaredDistance(unit, rows[a]!, unit, rows[b]!, columns));
  }
  const pairs = (rows.length * (rows.length - 1)) / 2;
  return pairs === 0 ? 0 : Math.log(sum / pairs);
}

function forEachInteraction(
  { userCount, offsets, items }: Interactions,
  visit: (user: number, item: number, touched: ReadonlySet<number>) => void,
): void {
  for (let user = 0; user < userCount; user++) {
    const own = items.subarray(offsets[user]!, offsets[user + 1]!);
    const touched = new Set(own);
    for (const item of own) visit(user, item, touched);
  }
}

function unitRows(table: Float32Array, columns: number): Float32Array {
  const norms = rowNorms(table, columns);
  return table.map((value, i) => value / (norms[Math.floor(i / columns)]! || 1));
}

function dot(a: Float32Array, rowA: number, b: Float32Array, rowB: number, columns: number): number {
  let sum = 0;
  for (let c = 0; c < columns; c++) sum += a[rowA * columns + c]! * b[rowB * columns + c]!;
  return sum;
}

function squaredDistance(
  a: Float32Array,
  rowA: number,
  b: Float32Array,
  rowB: number,
  columns: number,
): number {
  let sum = 0;
  for (let c = 0; c < columns; c++) sum += (a[rowA * columns + c]! - b[rowB * columns + c]!) ** 2;
  return sum;
}

function expectTables({ users, items }: ScoringTables, interactions: Interactions): void {
  const { userCount, itemCount } = interactions;
  if (users.rows === userCount && items.rows === itemCount && users.columns === items.columns) return;
  throw new WellbegunError("mismatch", {
    doing: "measuring alignment",
    expected: `${userCount} users and ${itemCount} items of ${users.columns} values`,
    found: `${users.rows} and ${items.rows} of ${items.columns} values`,
  });
}
