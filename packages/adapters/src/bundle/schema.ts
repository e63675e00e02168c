import { WellbegunError } from "@wellbegun/core";

/** Checks a value of parsed JSON; `at` is its path in the document, for the error. */
export type Check = (value: unknown, at: string) => void;

/** A value of a type that `typeof` reports. */
const primitive =
  (type: "string" | "number" | "boolean"): Check =>
  (value, at) => {
    if (typeof value !== type) refuse(`a ${type}`, value, at);
  };

export const text: Check = primitive("string");
export const number: Check = primitive("number");
export const flag: Check = primitive("boolean");

/** A whole number >= 0. */
export const count: Check = (value, at) => {
  if (!Number.isSafeInteger(value) || Number(value) < 0) refuse("a whole number from 0", value, at);
};

/** A SHA-256 in 64 lowercase hexadecimal digits. */
export const sha256: Check = (value, at) => {
  if (typeof value !== "string" || !/^[0-9a-f]{64}$/.test(value)) {
    refuse("a SHA-256 in 64 hexadecimal digits", value, at);
  }
};

/** One of the given strings. */
export const oneOf =
  (...choices: readonly string[]): Check =>
  (value, at) => {
    if (!(choices as readonly unknown[]).includes(value))
      refuse(choices.map((choice) => JSON.stringify(choice)).join(" or "), value, at);
  };

/** null, or a value that `check` accepts. */
export const nullable =
  (check: Check): Check =>
  (value, at) => {
    if (value !== null) check(value, at);
  };

/** An array; every element is checked. */
export const listOf =
  (check: Check): Check =>
  (value, at) => {
    if (!Array.isArray(value)) refuse("a list", value, at);
    for (const [i, element] of (value as readonly unknown[]).entries()) check(element, `${at}[${i}]`);
  };

/** Rows and columns. */
export const matrixShape: Check = (value, at) => {
  listOf(count)(value, at);
  if ((value as readonly unknown[]).length !== 2) refuse("rows and columns", value, at);
};

/** An object whose values all pass the same check. */
export const recordOf =
  (check: Check): Check =>
  (value, at) => {
    for (const [key, own] of entriesOf(value, at)) check(own, `${at}.${key}`);
  };

/** An object whose known keys are checked if present; other keys are not checked. */
export const partial =
  (checks: Readonly<Record<string, Check>>): Check =>
  (value, at) => {
    for (const [key, own] of entriesOf(value, at)) {
      if (Object.hasOwn(checks, key)) checks[key]!(own, `${at}.${key}`);
    }
  };

/** Like {@link partial}, but every known key must be present. */
export const complete =
  (checks: Readonly<Record<string, Check>>): Check =>
  (value, at) => {
    partial(checks)(value, at);
    const found = new Set(entriesOf(value, at).map(([key]) => key));
    for (const key of Object.keys(checks)) if (!found.has(key)) refuse(`the key ${key}`, value, at);
  };

function entriesOf(value: unknown, at: string): [string, unknown][] {
  if (typeof value !== "object" || value === null || Array.isArray(value)) refuse("an object", value, at);
  return Object.entries(value as object);
}

function refuse(expected: string, value: unknown, at: string): never {
  const text = JSON.stringify(value) ?? "none";
  const found = text.length > 80 ? `${text.slice(0, 80)}…` : text;
  throw new WellbegunError("format", { doing: "reading a bundle's manifest", expected, found, at });
}
