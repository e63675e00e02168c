import { describe } from "../describe.ts";
import { WellbegunError } from "../errors.ts";

/** The heading of an option in help and tables. */
export type OptionGroup = "Method" | "Clustering" | "Run";

/** The fields that every row of an option schema has. */
interface RowBase<V> {
  readonly group: OptionGroup;
  /** The purpose of the option: a phrase, without its values and its default. */
  readonly help: string;
  /** The value that a left-out option takes. */
  readonly default?: V;
  /** The default in words, where it depends on the data or on other options. */
  readonly defaultText?: string;
  /** The value that a left-out option takes under a preset, by the preset's name. */
  readonly presets?: Readonly<Record<string, V>>;
  /**
   * `either`: one value for all modalities, or a value for each by name. `each`: by name only. Left out: one
   * value.
   */
  readonly perModality?: "either" | "each";
  /** The values that a search tries. Left out: a search leaves the option alone. */
  readonly search?: readonly V[];
}

/** An option that is one of a few words. */
export interface ChoiceRow extends RowBase<string> {
  readonly kind: "choice";
  readonly choices: readonly string[];
}

/** An option that is a finite number. */
export interface NumberRow extends RowBase<number> {
  readonly kind: "number";
  /** Whether only whole numbers (safe integers) are allowed. */
  readonly whole?: boolean;
  /** The smallest value that is allowed. */
  readonly min?: number;
  /** A bound that values must exceed. */
  readonly above?: number;
  /** The largest value that is allowed. */
  readonly max?: number;
}

/** An option that lists names of modalities. */
export interface NamesRow extends RowBase<readonly string[]> {
  readonly kind: "names";
}

/** An option whose values the code that reads it checks; `type` describes them in words. */
export interface OtherRow extends RowBase<never> {
  readonly kind: "other";
  readonly type: string;
}

/** One option: its type, its values, its default and what it decides. */
export type OptionRow = ChoiceRow | NumberRow | NamesRow | OtherRow;

/** The values that a row allows, in words: "one of sym, mean", "a whole number >= 1". */
export function allowedValues(row: OptionRow): string {
  switch (row.kind) {
    case "choice":
      return `one of ${row.choices.join(", ")}`;
    case "number":
      return numberRange(row);
    case "names":
      return "a list of names";
    case "other":
      return row.type;
  }
}

function numberRange({ whole, min, above, max }: NumberRow): string {
  const noun = whole === true ? "a whole number" : max === undefined ? "a finite number" : "a number";
  if (above !== undefined) return `${noun} above ${above}`;
  if (min === undefined) return noun;
  return max === undefined ? `${noun} >= ${min}` : `${noun} from ${min} to ${max}`;
}

/** The default in words, that of each preset included where it differs: "1; paper: 0.1; figure: 0.5". */
export function defaultInWords(row: OptionRow): string {
  const own = row.defaultText ?? (row.default === undefined ? "none" : `${row.default}`);
  const others = Object.entries(row.presets ?? {}).filter(([, value]) => value !== row.default);
  return [own, ...others.map(([preset, value]) => `${preset}: ${value}`)].join("; ");
}

/** Whether a row allows one value (of one modality, where it has one for each). */
export function allows(row: OptionRow, value: unknown): boolean {
  switch (row.kind) {
    case "choice":
      return row.choices.some((choice) => choice === value);
    case "number":
      return typeof value === "number" && inRange(row, value);
    case "names":
      return Array.isArray(value) && value.every((name) => typeof name === "string");
    case "other":
      return true;
  }
}

function inRange({ whole, min, above, max }: NumberRow, value: number): boolean {
  if (!(whole === true ? Number.isSafeInteger(value) : Number.isFinite(value))) return false;
  if (above !== undefined && value <= above) return false;
  return (min === undefined || value >= min) && (max === undefined || value <= max);
}

/**
 * Checks one value of an option.
 *
 * @param at The option that the error names, such as "lambda" or "lambda of image".
 * @throws {WellbegunError} `invalid-option` for a value that the row does not allow.
 */
export function checkValue(row: OptionRow, at: string, value: unknown): void {
  if (!allows(row, value)) refuseOption(at, allowedValues(row), describe(value));
}

/** Throws the error of an option whose value is not allowed. */
export function refuseOption(at: string, expected: string, found: string, hint?: string): never {
  const parts = { doing: "reading the options", expected, found, at };
  throw new WellbegunError("invalid-option", hint === undefined ? parts : { ...parts, hint });
}
