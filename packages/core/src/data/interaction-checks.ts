import { describe } from "../describe.ts";
import { WellbegunError } from "../errors.ts";
import type { IdIndex } from "./ids.ts";

const doing = "reading interactions";

/** Whole numbers that may come in 64 bits, as in the files of NumPy and Parquet. */
export type WholeNumbers = ArrayLike<number> | BigInt64Array | BigUint64Array;

/**
 * An array of numbers; the values of 64-bit arrays are converted.
 *
 * @throws {WellbegunError} `invalid-data` for a value that is not an array.
 */
export function numbersOf(what: string, values: WholeNumbers): ArrayLike<number> {
  if (values instanceof BigInt64Array || values instanceof BigUint64Array) {
    return Float64Array.from(values, Number);
  }
  if (typeof values === "object" && values !== null && typeof values.length === "number") return values;
  throw new WellbegunError("invalid-data", {
    doing,
    expected: `an array of ${what}`,
    found: describe(values),
    at: what,
  });
}

/** @throws {WellbegunError} `invalid-data` unless a count is a whole number from 0 to 2^32 - 1. */
export function expectCount(what: string, count: number): void {
  if (Number.isInteger(count) && count >= 0 && count < 2 ** 32) return;
  throw new WellbegunError("invalid-data", {
    doing,
    expected: "a whole number from 0 to 2^32 - 1",
    found: describe(count),
    at: what,
  });
}

/** @throws {WellbegunError} `mismatch` unless there is one ID for each row. */
export function expectIdPerRow(what: string, ids: IdIndex | undefined, count: number): void {
  if (ids === undefined || ids.size === count) return;
  const found = typeof ids.size === "number" ? `${ids.size}` : `${describe(ids)}, which is no IdIndex`;
  throw new WellbegunError("mismatch", {
    doing,
    expected: `${count} IDs, one for each row`,
    found,
    at: what,
  });
}

/** @throws {WellbegunError} `mismatch` unless there are as many values as users. */
export function expectLength(what: string, found: number, expected: number): void {
  if (found === expected) return;
  throw new WellbegunError("mismatch", {
    doing,
    expected: `${expected} ${what}, as many as users`,
    found: `${found}`,
  });
}

/** @throws {WellbegunError} `invalid-data` unless a row is a whole number below the bound. */
export function expectRow(kind: string, row: number, bound: number, at: number): void {
  if (Number.isInteger(row) && row >= 0 && row < bound) return;
  throw new WellbegunError("invalid-data", {
    doing,
    expected: `a row from 0 to ${bound - 1} as the ${kind}`,
    found: describe(row),
    at: `interaction ${at}`,
  });
}

/** @throws {WellbegunError} `invalid-data` unless a weight is finite and above 0. */
export function expectWeight(weight: number, at: number): void {
  if (Number.isFinite(weight) && weight > 0) return;
  throw new WellbegunError("invalid-data", {
    doing,
    expected: "a finite weight above 0",
    found: describe(weight),
    at: `interaction ${at}`,
  });
}
