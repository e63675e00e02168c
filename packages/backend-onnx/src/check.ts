import { WellbegunError } from "@wellbegun/core";

/** Throws `mismatch` unless `found` equals `expected`. */
export function expectSize(doing: string, what: string, expected: number, found: number): void {
  if (found === expected) return;
  throw new WellbegunError("mismatch", { doing, expected: `${expected} ${what}`, found: `${found}` });
}

/** Throws `mismatch` unless `value` is a whole number from `least` to `most`. */
export function expectWithin(doing: string, what: string, value: number, least: number, most: number): void {
  if (Number.isSafeInteger(value) && value >= least && value <= most) return;
  throw new WellbegunError("mismatch", {
    doing,
    expected: `a whole number from ${least} to ${most}`,
    found: `${value}`,
    at: what,
  });
}
