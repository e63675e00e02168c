import { type Interactions, type ScoringTables, WellbegunError } from "@wellbegun/core";
import { createRandom, exp, expectSameIds, log } from "@wellbegun/core/support";
import { unitRows } from "./norms.ts";

/** How near users are to the items that they touched. */
export interface UserItemCosine {
  /** Mean cosine over all interactions of the user with the item, -1 to 1. */
  readonly own: number;
  /** The mean cosine with a random item that the user has not touched. */
  readonly random: number;
  /** own - random: how well the vectors reflect which user touched which item. */
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
  return cosineOf(
    unitRows(tables.users.data, columns),
    unitRows(tables.items.data, columns),
    columns,
    interactions,
    seed,
  );
}

/** {@link userItemCosine} of unit rows. */
export function cosineOf(
  users: Float32Array,
  items: Float32Array,
  columns: number,
  interactions: Interactions,
  seed: number,
): UserItemCosine {
  const { userCount, itemCount, offsets } = interactions;
  const random = createRandom(seed, "evaluate/random-items");
  // Marks hold the user's row + 1 at the items that the user has touched.
  const touched = new Uint32Array(itemCount);
  let [own, other, others] = [0, 0, 0];
  for (let user = 0; user < userCount; user++) {
    const [first, end] = [offsets[user]!, offsets[user + 1]!];
    for (let e = first; e < end; e++) touched[interactions.items[e]!] = user + 1;
    for (let e = first; e < end; e++) {
      own += dot(users, user, items, interactions.items[e]!, columns);
      if (end - first === itemCount) continue;
      let drawn = random.integer(itemCount);
      while (touched[drawn] === user + 1) drawn = random.integer(itemCount);
      other += dot(users, user, items, drawn, columns);
      others++;
    }
  }
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
  return {
    alignment: alignmentOf(users, items, columns, interactions),
    userUniformity: uniformityOf(users, columns, seed, "users", sample),
    itemUniformity: uniformityOf(items, columns, seed, "items", sample),
  };
}

/** Mean squared distance of unit rows over all interactions. */
export function alignmentOf(
  users: Float32Array,
  items: Float32Array,
  columns: number,
  interactions: Interactions,
): number {
  const { userCount, offsets } = interactions;
  let sum = 0;
  for (let user = 0; user < userCount; user++) {
    for (let e = offsets[user]!; e < offsets[user + 1]!; e++) {
      sum += squaredDistance(users, user, items, interactions.items[e]!, columns);
    }
  }
  return sum / Math.max(interactions.items.length, 1);
}

/** `count` different rows in ascending order, or all of them if there are no more; equal for equal seed and name. */
export function sampleRowNumbers(rows: number, count: number, seed: number, name: string): Uint32Array {
  const random = createRandom(seed, `evaluate/sample/${name}`);
  const chosen: number[] = [];
  // Selection sampling: Knuth, The Art of Computer Programming 2, algorithm S.
  for (let row = 0; row < rows && chosen.length < count; row++) {
    if (random.uniform() * (rows - row) < count - chosen.length) chosen.push(row);
  }
  return Uint32Array.from(chosen);
}

/** log of the mean of exp(-2 |x - y|^2) over all pairs of a seeded sample of unit rows; 0 without pairs. */
export function uniformityOf(
  unit: Float32Array,
  columns: number,
  seed: number,
  name: string,
  sample: number = 1000,
): number {
  const chosen = sampleRowNumbers(unit.length / columns, sample, seed, name);
  // Rounded up to whole blocks; the rows that are missing hold zeros.
  const rows = new Float64Array((chosen.length + BLOCK) * columns);
  const squares = new Float64Array(chosen.length);
  for (const [row, from] of chosen.entries()) {
    rows.set(unit.subarray(from * columns, (from + 1) * columns), row * columns);
    for (let c = row * columns; c < (row + 1) * columns; c++) squares[row]! += rows[c]! ** 2;
  }
  const products = new Float64Array(2 * BLOCK);
  let sum = 0;
  for (let a = 0; a < chosen.length; a += 2) {
    for (let b = 0; b <= a; b += BLOCK) {
      multiplyBlock(rows, a, b, columns, products);
      for (let at = 0; at < 2 * BLOCK; at++) {
        const [one, other] = [a + (at & 1), b + (at >> 1)];
        if (other >= one || one >= chosen.length) continue;
        // |x - y|^2 = |x|^2 + |y|^2 - 2 x y; a row of zeros has the length 0, not 1.
        const distance = squares[one]! + squares[other]! - 2 * products[at]!;
        sum += exp(-2 * Math.max(distance, 0));
      }
    }
  }
  const pairs = (chosen.length * (chosen.length - 1)) / 2;
  return pairs === 0 ? 0 : log(sum / pairs);
}

/** Rows of the second side of {@link multiplyBlock}. */
const BLOCK = 4;

/** Inner products of rows `a` and `a + 1` with rows `b` to `b + 3`: entry 2 j + i is that of rows a + i and b + j. */
function multiplyBlock(rows: Float64Array, a: number, b: number, columns: number, into: Float64Array): void {
  const [x, y] = [a * columns, (a + 1) * columns];
  const [p, q, r, s] = [b * columns, (b + 1) * columns, (b + 2) * columns, (b + 3) * columns];
  let px = 0;
  let py = 0;
  let qx = 0;
  let qy = 0;
  let rx = 0;
  let ry = 0;
  let sx = 0;
  let sy = 0;
  for (let c = 0; c < columns; c++) {
    const u = rows[x + c]!;
    const v = rows[y + c]!;
    const j = rows[p + c]!;
    const k = rows[q + c]!;
    const l = rows[r + c]!;
    const m = rows[s + c]!;
    px += u * j;
    py += v * j;
    qx += u * k;
    qy += v * k;
    rx += u * l;
    ry += v * l;
    sx += u * m;
    sy += v * m;
  }
  into[0] = px;
  into[1] = py;
  into[2] = qx;
  into[3] = qy;
  into[4] = rx;
  into[5] = ry;
  into[6] = sx;
  into[7] = sy;
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

/** @throws {WellbegunError} `mismatch` if the tables' rows are not the users and items of the interactions. */
export function expectTables({ users, items }: ScoringTables, interactions: Interactions): void {
  const { userCount, itemCount, userIds, itemIds } = interactions;
  const doing = "measuring alignment";
  if (users.rows !== userCount || items.rows !== itemCount || users.columns !== items.columns) {
    throw new WellbegunError("mismatch", {
      doing,
      expected: `${userCount} users and ${itemCount} items of ${users.columns} values`,
      found: `${users.rows} and ${items.rows} of ${items.columns} values`,
    });
  }
  expectSameIds(doing, "users", userIds, users.ids);
  expectSameIds(doing, "items", itemIds, items.ids);
}
