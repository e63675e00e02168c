import type { Scale } from "../options/method-options.ts";

/** The factor of a table's rows: one number for all, or `unit` for 1 / norm of each row. */
export type ScaleFactor = number | "unit";

/**
 * The factor for a user table.
 *
 * - `xavier`: to the root mean square sqrt(2 / (rows + columns)) that Xavier initialization (Glorot and Bengio 2010,
 *   uniform or normal) gives a parameter of this shape.
 * - `items`: to the mean row norm of the items.
 *
 * A table of zeros stays as it is.
 */
export function userScale(
  scale: Scale,
  userNorms: Float32Array,
  columns: number,
  itemNorms: Float32Array,
): ScaleFactor {
  if (scale === "unit" || scale === "none") return scale === "unit" ? "unit" : 1;
  if (scale === "items") return ratio(mean(itemNorms), mean(userNorms));
  const rows = userNorms.length;
  let squares = 0;
  for (let row = 0; row < rows; row++) squares += userNorms[row]! * userNorms[row]!;
  return ratio(Math.sqrt(2 / (rows + columns)), Math.sqrt(squares / (rows * columns)));
}

/**
 * The factor for the items that go with a user table: the users' factor under `xavier`, so that both stay in
 * one space and scale; 1 under `items`, where users are scaled to the items.
 */
export function itemScale(scale: Scale, ofUsers: ScaleFactor): ScaleFactor {
  return scale === "items" ? 1 : ofUsers;
}

/** Row norms after scaling. */
export function scaledNorms(norms: Float32Array, factor: ScaleFactor): Float32Array {
  const scaled = new Float32Array(norms.length);
  for (let row = 0; row < norms.length; row++) {
    const norm = norms[row]!;
    scaled[row] = norm * (factor === "unit" ? unitFactor(norm) : factor);
  }
  return scaled;
}

/** 1 / norm; a zero row has no direction and stays zero (the report counts such rows). */
export function unitFactor(norm: number): number {
  return norm > 0 ? 1 / norm : 1;
}

function mean(values: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i]!;
  return values.length === 0 ? 0 : sum / values.length;
}

function ratio(target: number, found: number): number {
  return found > 0 && Number.isFinite(target / found) && target > 0 ? target / found : 1;
}
