import type { Scale } from "../options/method-options.ts";
import type { NormTotals } from "./norm-totals.ts";

/** The factor of a table's rows: one number for all, or `unit` for 1 / norm of each row. */
export type ScaleFactor = number | "unit";

/**
 * The factor for a user table.
 *
 * - `xavier`: to the root mean square sqrt(2 / (rows + columns)) that Xavier initialization (Glorot and Bengio 2010,
 *   uniform or normal) gives a parameter of this shape.
 * - `items`: to the mean row norm of the items.
 *
 * A table of zeros stays as it is. The factor is a float32, so that its product with a value is the same wherever it is
 * computed.
 */
export function userScale(scale: Scale, users: NormTotals, columns: number, items: NormTotals): ScaleFactor {
  if (scale === "unit" || scale === "none") return scale === "unit" ? "unit" : 1;
  if (scale === "items") return ratio(mean(items), mean(users));
  const { rows, squares } = users;
  return ratio(Math.sqrt(2 / (rows + columns)), Math.sqrt(squares / (rows * columns)));
}

/**
 * The factor for the items that go with a user table: the users' factor under `xavier`, so that both stay in
 * one space and scale; 1 under `items`, where users are scaled to the items.
 */
export function itemScale(scale: Scale, ofUsers: ScaleFactor): ScaleFactor {
  return scale === "items" ? 1 : ofUsers;
}

/** 1 / norm; a zero row has no direction and stays zero (the report counts such rows). */
export function unitFactor(norm: number): number {
  return norm > 0 ? 1 / norm : 1;
}

function mean({ rows, sum }: NormTotals): number {
  return rows === 0 ? 0 : sum / rows;
}

function ratio(target: number, found: number): number {
  const factor = Math.fround(target / found);
  return found > 0 && Number.isFinite(factor) && factor > 0 ? factor : 1;
}
