import type { PerModality } from "@wellbegun/core";
import { allowedValues, allows, type NumberRow } from "@wellbegun/core/options";

/** What values an option takes, on the command line and in a config file. */
export interface Kind<T> {
  /** What a value looks like, for messages: "a number". */
  readonly expected: string;
  /** The placeholder in the help: "<n>", or "[path]" where the value may be left out. Empty for a switch. */
  readonly placeholder: string;
  /** Parses a text of the command line; undefined if the text is invalid. */
  readonly fromText: (text: string) => T | undefined;
  /** Parses a JSON value; undefined if the value is invalid. */
  readonly fromJson: (value: unknown) => T | undefined;
}

export const text: Kind<string> = {
  expected: "a text",
  placeholder: "<text>",
  fromText: (text) => (text === "" ? undefined : text),
  fromJson: (value) => (typeof value === "string" && value !== "" ? value : undefined),
};

export const path: Kind<string> = { ...text, expected: "a path", placeholder: "<path>" };

/** A text in which `\t` may stand for the tab that shells do not pass on easily. */
export const separator: Kind<string> = {
  ...text,
  expected: "one character",
  placeholder: "<char>",
  fromText: (text) => (text === "" ? undefined : text.replace("\\t", "\t")),
};

/** Any number; the code that uses it checks the range. */
export const number: Kind<number> = {
  expected: "a number",
  placeholder: "<n>",
  fromText: (text) => (/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text) ? Number(text) : undefined),
  fromJson: (value) => (typeof value === "number" ? value : undefined),
};

/** A number of a range; others are refused before any work is done. */
export function numberIn(range: Pick<NumberRow, "whole" | "min" | "above" | "max">): Kind<number> {
  const row: NumberRow = { kind: "number", group: "Run", help: "", ...range };
  const inRange = (value: number | undefined): number | undefined => (allows(row, value) ? value : undefined);
  return {
    expected: allowedValues(row),
    placeholder: "<n>",
    fromText: (text) => inRange(number.fromText(text)),
    fromJson: (value) => inRange(number.fromJson(value)),
  };
}

/** A number of things, at least one. */
export function count(things: string): Kind<number> {
  return { ...numberIn({ whole: true, min: 1 }), expected: `a whole number of ${things} >= 1` };
}

/** The seed of everything random. */
export const seed: Kind<number> = numberIn({ whole: true, min: 0 });

/** A switch: on, or off by its negation. */
export const toggle: Kind<boolean> = {
  expected: "true or false",
  placeholder: "",
  fromText: (text) => (text === "true" ? true : text === "false" ? false : undefined),
  fromJson: (value) => (typeof value === "boolean" ? value : undefined),
};

/** Consent to replace an earlier output, or the path of an output that is named a second time to replace anything. */
export const overwrite: Kind<boolean | string> = {
  expected: "nothing, or the path of the output once more",
  placeholder: "[path]",
  fromText: (text) => toggle.fromText(text) ?? path.fromText(text),
  fromJson: (value) => toggle.fromJson(value) ?? path.fromJson(value),
};

/** A number of a range, or the switch alone, which leaves the number to the command. */
export function optionalNumber(lowest: number, highest: number): Kind<boolean | number> {
  const inRange = (value: number | undefined): number | undefined =>
    value !== undefined && value >= lowest && value <= highest ? value : undefined;
  return {
    expected: `nothing, or a number from ${lowest} to ${highest}`,
    placeholder: "[n]",
    fromText: (text) => toggle.fromText(text) ?? inRange(number.fromText(text)),
    fromJson: (value) => toggle.fromJson(value) ?? inRange(number.fromJson(value)),
  };
}

/** One of a few words. */
export function choice<T extends string>(allowed: readonly T[]): Kind<T> {
  const find = (value: unknown): T | undefined => allowed.find((one) => one === value);
  return {
    expected: `one of ${allowed.join(", ")}`,
    placeholder: "<name>",
    fromText: find,
    fromJson: find,
  };
}

/** Several values, each once: separated by commas, or a JSON array. */
export function list<T>(kind: Kind<T>, placeholder: string): Kind<readonly T[]> {
  return {
    expected: `${kind.expected}, or several separated by commas, each once`,
    placeholder,
    fromText: (text) => allOf(text.split(",").map((part) => kind.fromText(part.trim()))),
    fromJson: (value) =>
      Array.isArray(value) && value.length > 0 ? allOf(value.map((part) => kind.fromJson(part))) : undefined,
  };
}

/** A value for each name: `image=8,audio=16`, or a JSON object. */
export function byName<T>(
  kind: Kind<T>,
  example: string = "image=…,audio=…",
): Kind<Readonly<Record<string, T>>> {
  return {
    expected: `values by name, each name once, such as ${example}, each ${kind.expected}`,
    placeholder: "<list>",
    fromText: (text) =>
      record(
        text.split(",").map((part) => {
          const sign = part.indexOf("=");
          return [part.slice(0, Math.max(sign, 0)).trim(), kind.fromText(part.slice(sign + 1).trim())];
        }),
      ),
    fromJson: (value) =>
      typeof value === "object" && value !== null && !Array.isArray(value)
        ? record(Object.entries(value).map(([name, part]) => [name, kind.fromJson(part)]))
        : undefined,
  };
}

/** One value for all modalities, or one each by name. */
export function perModality<T>(kind: Kind<T>): Kind<PerModality<T>> {
  const named = byName(kind);
  return {
    expected: `${kind.expected}, for all modalities or by name (image=…,audio=…)`,
    placeholder: kind.placeholder,
    fromText: (text) => (text.includes("=") ? named.fromText(text) : kind.fromText(text)),
    fromJson: (value) => (typeof value === "object" ? named.fromJson(value) : kind.fromJson(value)),
  };
}

/** A number of bytes: 800MB, 2G, or a plain number. K, M, G and T are powers of 1024. */
export const memorySize: Kind<number> = {
  expected: "a size above 0, such as 800MB or 2GB",
  placeholder: "<size>",
  fromText: (text) => {
    const match = /^(\d+(?:\.\d+)?)\s*([kmgt]?)(?:i?b)?$/i.exec(text);
    if (match === null) return undefined;
    const power = "_kmgt".indexOf((match[2] || "_").toLowerCase());
    return positive(Math.floor(Number(match[1]) * 1024 ** power));
  },
  fromJson: (value) => {
    if (typeof value === "string") return memorySize.fromText(value);
    return typeof value === "number" ? positive(Math.floor(value)) : undefined;
  },
};

function positive(bytes: number): number | undefined {
  return Number.isSafeInteger(bytes) && bytes > 0 ? bytes : undefined;
}

function allOf<T>(parts: readonly (T | undefined)[]): readonly T[] | undefined {
  const found = parts.filter((part) => part !== undefined);
  return found.length === parts.length && new Set(found).size === found.length ? found : undefined;
}

/** An object from entries; undefined if a name is empty or repeated, or a value is invalid. */
function record<T>(entries: readonly (readonly [string, T | undefined])[]): Record<string, T> | undefined {
  const result: Record<string, T> = {};
  for (const [name, value] of entries) {
    if (name === "" || value === undefined || Object.hasOwn(result, name)) return undefined;
    result[name] = value;
  }
  return entries.length === 0 ? undefined : result;
}
