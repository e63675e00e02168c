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
  expectEach(model, options, names, "a finite number >= 0", (value) => isFiniteNumber(value) && value >= 0);
}

/** @throws {WellbegunError} `invalid-option` unless each named option is a finite number above 0. */
export function expectPositives<T extends object>(
  model: string,
  options: T,
  names: readonly (keyof T & string)[],
): void {
  expectEach(model, options, names, "a finite number above 0", (value) => isFiniteNumber(value) && value > 0);
}

/** @throws {WellbegunError} `invalid-option` unless each named option is true or false. */
export function expectToggles<T extends object>(
  model: string,
  options: T,
  names: readonly (keyof T & string)[],
): void {
  expectEach(model, options, names, "true or false", (value) => typeof value === "boolean");
}

function expectEach<T extends object>(
  model: string,
  options: T,
  names: readonly (keyof T & string)[],
  expected: string,
  accepts: (value: unknown) => boolean,
): void {
  for (const name of names) {
    if (!accepts(options[name])) throw invalidOption(model, name, expected, options[name]);
  }
}

function isFiniteNumber(value: unknown): value is number {
  return typeof value === "number" && Number.isFinite(value);
}

/** @throws {WellbegunError} `invalid-option` unless the named option is one of a few words. */
export function expectChoice<T extends object>(
  model: string,
  options: T,
  name: keyof T & string,
  allowed: readonly string[],
): void {
  const value: unknown = options[name];
  if (allowed.some((one) => one === value)) return;
  throw invalidOption(model, name, `one of ${allowed.join(", ")}`, value);
}

/** The error for an option of a model or of the training. */
export function invalidOption(doing: string, at: string, expected: string, found: unknown): WellbegunError {
  return new WellbegunError("invalid-option", {
    doing: `setting up ${doing}`,
    expected,
    // So that a text that reads like a number is told from it.
    found: typeof found === "string" ? JSON.stringify(found) : String(found),
    at,
  });
}
