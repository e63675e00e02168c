import { type ErrorCode, isWellbegunError, WellbegunError } from "@wellbegun/core";
import type { Expected } from "./reference.ts";

// The smallest normal float32: devices may flush what is smaller to zero.
const SMALLEST_NORMAL = 1.1754943508222875e-38;

/**
 * Throws unless every entry of `found` is within `tolerance` of what was expected, relative to its scale.
 * Entries for which `ignore` is true may hold anything.
 */
export function expectClose(
  doing: string,
  found: ArrayLike<number>,
  expected: Expected,
  tolerance: number,
  columns: number,
  ignore?: (row: number, column: number) => boolean,
): void {
  expectEqual(doing, "number of values", found.length, expected.values.length);
  for (let p = 0; p < found.length; p++) {
    const row = Math.floor(p / columns);
    const column = p % columns;
    if (ignore?.(row, column)) continue;
    const allowed = tolerance * expected.scale[p]! + SMALLEST_NORMAL;
    if (Math.abs(found[p]! - expected.values[p]!) <= allowed) continue;
    throw new WellbegunError("mismatch", {
      doing,
      expected: `${expected.values[p]} within ${allowed}`,
      found: `${found[p]}`,
      at: `row ${row}, column ${column}`,
    });
  }
}

/** Throws unless both arrays hold the same numbers (NaN equals NaN). */
export function expectSame(doing: string, found: ArrayLike<number>, expected: ArrayLike<number>): void {
  expectEqual(doing, "number of values", found.length, expected.length);
  for (let p = 0; p < found.length; p++) {
    const same = found[p] === expected[p] || (Number.isNaN(found[p]) && Number.isNaN(expected[p]));
    if (!same) expectEqual(doing, `entry ${p}`, found[p], expected[p]);
  }
}

/** Throws unless `found` is `expected`. */
export function expectEqual<T>(doing: string, what: string, found: T, expected: T): void {
  if (found === expected) return;
  throw new WellbegunError("mismatch", { doing, expected: `${expected}`, found: `${found}`, at: what });
}

/** Throws unless `holds`; `expected` says what should have been, `found` what was. */
export function expectThat(doing: string, holds: boolean, expected: string, found: string): void {
  if (!holds) throw new WellbegunError("mismatch", { doing, expected, found });
}

/** Throws unless `action` throws or rejects with a {@link WellbegunError} of the given code. */
export async function expectCode(
  doing: string,
  code: ErrorCode,
  action: () => Promise<unknown>,
): Promise<void> {
  const expected = `an error with the code "${code}"`;
  try {
    await action();
  } catch (cause) {
    if (isWellbegunError(cause) && cause.code === code) return;
    const found = isWellbegunError(cause) ? `the code "${cause.code}"` : `another error: ${cause}`;
    throw new WellbegunError("mismatch", { doing, expected, found, cause });
  }
  throw new WellbegunError("mismatch", { doing, expected, found: "no error" });
}
