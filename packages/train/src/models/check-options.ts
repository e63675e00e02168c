import { WellbegunError } from "@wellbegun/core";
import { refuseUnknownKeys } from "@wellbegun/core/options";

/** @throws {WellbegunError} `invalid-option`, with the nearest name, for a name that is no option. */
export function expectNames(doing: string, options: object, names: readonly string[]): void {
  refuseUnknownKeys(`setting up ${doing}`, options, names);
}

/** @throws {WellbegunError} `invalid-option` unless each named option is a whole number of at least its bound. */
export function expectCounts<T extends object>(
  model: string,
  options: T,
  least: Partial<Record<keyof T & string, number>>,
): void {
  for (const [name, bound] of Object.entries(least) as [keyof T & string, number][]) {
    const value = options[name];
    if (Number.isSafeInteger(value) && (value as number) >= bound) continue;
    throw invalidOption(model, name, `a whole number >= ${bound}`, value);
  }
}

/** @throws {WellbegunError} `invalid-option` unless each named option is a finite number of at least 0. */
export function expectWeights<T extends object>(
  model: string,
  options: T,
  names: readonly (keyof T & string)[],
): void {
  for (const name of names) {
    const value = options[name];
    if (typeof value === "number" && Number.isFinite(value) && value >= 0) continue;
    throw invalidOption(model, name, "a finite number >= 0", value);
  }
}

/** The error for an option of a model or of the training. */
export function invalidOption(doing: string, at: string, expected: string, found: unknown): WellbegunError {
  return new WellbegunError("invalid-option", {
    doing: `setting up ${doing}`,
    expected,
    found: String(found),
    at,
  });
}
