import { WellbegunError } from "../errors.ts";

/** What one value of a header must be. */
export interface Rule {
  readonly expected: string;
  readonly accepts: (value: unknown) => boolean;
  readonly optional?: true;
}

/** A whole number from `least` on. */
export const whole = (least: number): Rule => ({
  expected: `a whole number from ${least}`,
  accepts: (value) => Number.isSafeInteger(value) && Number(value) >= least,
});
/** A finite number that `accepts` accepts. */
export const finite = (expected: string, accepts: (value: number) => boolean): Rule => ({
  expected: `a finite number ${expected}`,
  accepts: (value) => typeof value === "number" && Number.isFinite(value) && accepts(value),
});
/** An object. */
export const record: Rule = { expected: "an object", accepts: isRecord };

/** A rule for each value of a header. */
export type Rules<T> = Readonly<Record<keyof T, Rule>>;

/** @throws {WellbegunError} `format` for bytes that are not JSON in UTF-8. */
export function parseJson(json: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(json));
  } catch (cause) {
    throw damaged("a header in JSON", "other bytes", "the header", cause);
  }
}

/**
 * The value as an object whose values follow the rules.
 *
 * @throws {WellbegunError} `format` naming the value at fault; an unknown key is refused too.
 */
export function checked<T>(value: T | unknown, rules: Rules<T>, at: string): T {
  if (!isRecord(value)) throw damaged("an object", describe(value), at);
  const unknown = Object.keys(value).find((key) => !Object.hasOwn(rules, key));
  if (unknown !== undefined) throw damaged("known keys alone", JSON.stringify(unknown), at);
  for (const [key, { expected, accepts, optional }] of Object.entries<Rule>(rules)) {
    const found = Object.hasOwn(value, key) ? value[key] : undefined;
    if (found === undefined && optional === true) continue;
    if (!accepts(found)) throw damaged(expected, describe(found), `${at}, ${key}`);
  }
  return value as T;
}

/** A value of JSON in words. */
export function describe(value: unknown): string {
  if (typeof value === "object" && value !== null) return Array.isArray(value) ? "a list" : "an object";
  return (JSON.stringify(value) ?? "nothing").slice(0, 60);
}

/** Whether a value is an object, and neither null nor a list. */
export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The error for bytes that are not an initializer, or are damaged. */
export function damaged(expected: string, found: string, at?: string, cause?: unknown): WellbegunError {
  return new WellbegunError("format", {
    doing: "reading an initializer",
    expected,
    found,
    ...(at === undefined ? {} : { at }),
    ...(cause === undefined ? {} : { cause }),
  });
}
