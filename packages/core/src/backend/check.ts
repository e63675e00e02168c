import { describe } from "../describe.ts";
import { WellbegunError } from "../errors.ts";

/** Throws `mismatch` unless `found` equals `expected`. */
export function expectSize(doing: string, what: string, expected: number, found: number): void {
  if (found === expected) return;
  throw new WellbegunError("mismatch", { doing, expected: `${expected} ${what}`, found: describe(found) });
}

/** Throws `mismatch` unless `value` is a whole number from `least` to `most` (default: no bound). */
export function expectWithin(doing: string, what: string, value: number, least: number, most?: number): void {
  if (Number.isSafeInteger(value) && value >= least && (most === undefined || value <= most)) return;
  const range =
    most === undefined ? `a whole number from ${least}` : `a whole number from ${least} to ${most}`;
  throw new WellbegunError("mismatch", { doing, expected: range, found: describe(value), at: what });
}

/** Throws `mismatch` unless the optional array, when given, has `expected` entries. */
export function expectLength(
  doing: string,
  what: string,
  expected: number,
  array: ArrayLike<number> | undefined,
): void {
  if (array !== undefined) expectSize(doing, what, expected, array.length);
}
