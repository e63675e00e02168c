import { createRandom, type Random } from "@wellbegun/core/support";
import { invalid, type ResolvedOptions } from "./options.ts";
import { permutation, power } from "./sampling.ts";

// P(more than d items) falls as d^-2.2: a few users have very many items, as in the field's datasets.
const TAIL_EXPONENT = 2.2;
// Users with fewer items than this have only train rows, as in the field's splits.
const SPLIT_FROM = 5;

/** The number of rows of each split for every user. */
export interface Degrees {
  /** U counts of train rows (x_label 0). */
  readonly train: Uint32Array;
  /** U counts of validation rows (x_label 1); the test rows (x_label 2) are equally many. */
  readonly heldOut: Uint32Array;
}

/**
 * Power-law user degrees whose train rows sum to `interactions` exactly: a Lomax distribution (a power law that
 * begins at its minimum), whose scale is found by bisection over one fixed draw for each user; the remainder
 * from rounding is distributed one row at a time.
 *
 * @throws {WellbegunError} `invalid-option` if these users and items cannot have so many interactions.
 */
export function drawDegrees(options: ResolvedOptions): Degrees {
  const { users, items, interactions, minDegree, holdout, seed } = options;
  const random = createRandom(seed, "degrees");
  const order = permutation(users, random);
  const warm = order.subarray(Math.round(options.coldUsers * users));
  // At most half of the catalog, so that a user's tastes remain visible in its items.
  const maxDegree = Math.ceil(items / 2);
  const trainRows = new Int32Array(maxDegree + 1);
  for (let degree = 1; degree <= maxDegree; degree++) {
    trainRows[degree] = degree - 2 * heldOutRows(degree, holdout);
  }
  const possible = trainRows.subarray(minDegree);
  const fewest = warm.length * possible.reduce((a, b) => Math.min(a, b));
  const most = warm.length * possible.reduce((a, b) => Math.max(a, b));
  if (interactions < fewest || interactions > most) {
    const range = `${fewest} to ${most} train rows for ${warm.length} users with history and ${items} items`;
    throw invalid("interactions", range, interactions);
  }

  const tails = Float64Array.from(warm, () => power(1 - random.uniform(), -1 / TAIL_EXPONENT) - 1);
  const degreesAt = (scale: number): Uint32Array =>
    Uint32Array.from(tails, (tail) => Math.min(maxDegree, minDegree + Math.floor(scale * tail)));
  const sumOf = (degrees: Uint32Array): number =>
    degrees.reduce((sum, degree) => sum + trainRows[degree]!, 0);
  let low = 0;
  let high = items;
  for (let step = 0; step < 40; step++) {
    const middle = (low + high) / 2;
    if (sumOf(degreesAt(middle)) < interactions) low = middle;
    else high = middle;
  }
  const degrees = degreesAt(low);
  settle(degrees, interactions - sumOf(degrees), trainRows, minDegree, random);

  const train = new Uint32Array(users);
  const heldOut = new Uint32Array(users).fill(1);
  warm.forEach((user, w) => {
    const degree = degrees[w]!;
    heldOut[user] = heldOutRows(degree, holdout);
    train[user] = trainRows[degree]!;
  });
  return { train, heldOut };
}

/** Validation rows of a user with `degree` items, and as many test rows. */
function heldOutRows(degree: number, holdout: number): number {
  if (degree < SPLIT_FROM || holdout === 0) return 0;
  return Math.max(1, Math.round((degree * holdout) / 2));
}

/** Moves degrees of random users until `gap` more (or, below 0, fewer) train rows have been found. */
function settle(
  degrees: Uint32Array,
  gap: number,
  trainRows: Int32Array,
  minDegree: number,
  random: Random,
): void {
  const step = Math.sign(gap);
  let left = Math.abs(gap);
  while (left > 0) {
    const w = random.integer(degrees.length);
    const moved = nearestDegree(trainRows, degrees[w]!, trainRows[degrees[w]!]! + step, minDegree);
    if (moved === undefined) continue;
    degrees[w] = moved;
    left--;
  }
}

/** The degree nearest to `degree` that has `rows` train rows: a split takes rows away, so it may lie on either side. */
function nearestDegree(
  trainRows: Int32Array,
  degree: number,
  rows: number,
  minDegree: number,
): number | undefined {
  for (let distance = 1; distance < trainRows.length; distance++) {
    if (trainRows[degree + distance] === rows) return degree + distance;
    if (degree - distance >= minDegree && trainRows[degree - distance] === rows) return degree - distance;
  }
  return undefined;
}
