import {
  type AnyInteractions,
  type DuplicateRule,
  type Id,
  type Interactions,
  WellbegunError,
} from "@wellbegun/core";
import { describe, namesOf, refuseUnknownKeys } from "@wellbegun/core/support";
import type { Split } from "../split.ts";
import { parseDate } from "./dates.ts";

/** The splits in the order of their labels 0, 1 and 2. */
export const splits: readonly Split[] = ["train", "validation", "test"];

/** A column states the split of each row. */
export interface SplitByLabel {
  readonly by: "label";
  /** A column of 0, 1 and 2, or of `train`, `validation` (`valid`, `val`) and `test`. */
  readonly column: string;
}

/**
 * Rows are split by time. A pair of user and item that occurs in several splits counts only in the earliest:
 * rankings leave out a user's train items, so a repeated item could never be found.
 */
export interface SplitByTime {
  readonly by: "time";
  /**
   * A column of times, of dates as text (as in 2024-05-01 or 2024-05-01T12:00:00.5+02:00; UTC unless they name a zone), or of numbers
   * that grow with time.
   */
  readonly column: string;
  /** First time of the validation rows. Without it there is no validation split. */
  readonly validationFrom?: TimeCut | undefined;
  /** First time of the test rows. Without it there is no test split. */
  readonly testFrom?: TimeCut | undefined;
}

/** A date for a column of times or dates (text as in ISO 8601; UTC unless it names a zone), or a number for a column of numbers. */
export type TimeCut = number | string | Date;

/** The meaning of a log's columns, and the filters on its rows. */
export interface LogOptions {
  readonly userColumn: string;
  readonly itemColumn: string;
  /** Column of weights, finite and above 0. Default: every interaction weighs 1. */
  readonly weightColumn?: string | undefined;
  /** How rows are split. Default: every row is in the train split. */
  readonly split?: SplitByLabel | SplitByTime | undefined;
  /** How the weights of repeated pairs of user and item in a split are combined. Default: `max`. */
  readonly duplicates?: DuplicateRule | undefined;
  /**
   * Users with fewer distinct items, counted over all splits, are removed. Together with `minItem` the filter
   * is repeated until every remaining user and item passes both (a k-core). Default: 1.
   */
  readonly minUser?: number | undefined;
  /** Items with fewer distinct users, counted over all splits, are removed. Default: 1. */
  readonly minItem?: number | undefined;
  /** IDs of items that get a row even without interactions, such as all items with features. Default: none. */
  readonly alsoItems?: Iterable<Id> | undefined;
}

/**
 * The interactions of a log, split by split. All splits share the rows of users and items, which are numbered
 * in the order of their IDs (numbers by value, text by code points).
 */
export interface SplitInteractions<Train extends AnyInteractions = Interactions> {
  readonly train: Train;
  readonly validation?: Interactions | undefined;
  readonly test?: Interactions | undefined;
  /** Number of rows of the log that repeat the user and item of another row. */
  readonly repeatedRows: number;
}

/** Validated {@link LogOptions}, with defaults filled in. */
export interface ResolvedLog {
  readonly userColumn: string;
  readonly itemColumn: string;
  readonly weightColumn: string | undefined;
  readonly split: SplitByLabel | ResolvedCuts | undefined;
  readonly duplicates: DuplicateRule;
  readonly minUser: number;
  readonly minItem: number;
  readonly alsoItems: Iterable<Id>;
  /** The columns to read: user, item, then weight and split if given. */
  readonly columns: readonly string[];
}

/** A split by time; the cuts are milliseconds (`dates`) or numbers in the column's own unit. */
export interface ResolvedCuts {
  readonly by: "time";
  readonly column: string;
  readonly dates: boolean;
  /** Infinity if there is no such split. */
  readonly validationFrom: number;
  readonly testFrom: number;
}

/** The names of {@link LogOptions}, for readers that refuse others. */
export const logOptionNames: readonly string[] = namesOf<LogOptions>({
  userColumn: true,
  itemColumn: true,
  weightColumn: true,
  split: true,
  duplicates: true,
  minUser: true,
  minItem: true,
  alsoItems: true,
});

const splitNames: Readonly<Record<"label" | "time", readonly string[]>> = {
  label: namesOf<SplitByLabel>({ by: true, column: true }),
  time: namesOf<SplitByTime>({ by: true, column: true, validationFrom: true, testFrom: true }),
};

function checkSplit(split: SplitByLabel | SplitByTime, doing: string): void {
  if (!Object.hasOwn(splitNames, split.by)) throw bad("label or time", describe(split.by), "split.by", doing);
  refuseUnknownKeys(doing, split, splitNames[split.by]);
  if (typeof split.column !== "string") throw bad("a column", describe(split.column), "split.column", doing);
}

/** @throws {WellbegunError} `invalid-option` for an option with an invalid value. */
export function resolveLog(options: LogOptions, doing: string): ResolvedLog {
  const {
    userColumn,
    itemColumn,
    weightColumn,
    split,
    duplicates = "max",
    minUser = 1,
    minItem = 1,
  } = options;
  if (split !== undefined) checkSplit(split, doing);
  const columns = [
    userColumn,
    itemColumn,
    ...[weightColumn, split?.column].filter((name) => name !== undefined),
  ];
  const repeated = columns.find((name, index) => columns.indexOf(name) !== index);
  if (repeated !== undefined)
    throw bad("a column of its own for each meaning", `${repeated} twice`, "columns", doing);
  for (const [name, value] of Object.entries({ minUser, minItem })) {
    if (Number.isSafeInteger(value) && value >= 1) continue;
    throw bad("a whole number of at least 1", `${value}`, `option ${name}`, doing);
  }
  if (!["max", "sum", "last"].includes(duplicates)) {
    throw bad("max, sum or last", JSON.stringify(duplicates), "option duplicates", doing);
  }
  return {
    userColumn,
    itemColumn,
    weightColumn,
    split: split?.by === "time" ? resolveCuts(split, doing) : split,
    duplicates,
    minUser,
    minItem,
    alsoItems: options.alsoItems ?? [],
    columns,
  };
}

/** Throws where the minimums of users and items leave nothing of a log. */
export function refuseEmptyCore({ minUser, minItem }: ResolvedLog, doing: string): never {
  throw new WellbegunError("invalid-data", {
    doing,
    expected: `interactions of users with at least ${minUser} items and items with at least ${minItem} users`,
    found: "none",
    at: "options minUser and minItem",
    hint: "Users and items below are left out again and again, so that each removal may cause others: lower the minimums.",
  });
}

/** The splits that a rule produces, train first. */
export function splitsOf(split: ResolvedLog["split"]): readonly Split[] {
  if (split === undefined) return ["train"];
  if (split.by === "label") return splits;
  const { validationFrom, testFrom } = split;
  return splits.filter(
    (name) => name === "train" || (name === "test" ? testFrom : validationFrom) !== Number.POSITIVE_INFINITY,
  );
}

function resolveCuts(split: SplitByTime, doing: string): ResolvedCuts {
  const { column, validationFrom, testFrom } = split;
  const given = [validationFrom, testFrom].filter((cut) => cut !== undefined);
  if (given.length === 0) throw bad("validationFrom, testFrom or both", "neither", "option split", doing);
  const dates = typeof given[0] !== "number";
  if (given.some((cut) => (typeof cut !== "number") !== dates)) {
    throw bad("two dates or two numbers", "a date and a number", "option split", doing);
  }
  const cutOf = (cut: TimeCut | undefined): number => {
    if (cut === undefined) return Number.POSITIVE_INFINITY;
    const value = typeof cut === "number" ? cut : cut instanceof Date ? cut.getTime() : parseDate(cut);
    if (Number.isFinite(value)) return value;
    throw bad("a date as in 2024-05-01 or 2024-05-01T12:00Z", JSON.stringify(cut), "option split", doing);
  };
  const [first, second] = [cutOf(validationFrom), cutOf(testFrom)];
  if (given.length === 2 && first >= second) {
    throw bad(
      "a validation split that begins before the test split",
      `${validationFrom} and ${testFrom}`,
      "option split",
      doing,
    );
  }
  return { by: "time", column, dates, validationFrom: first, testFrom: second };
}

function bad(expected: string, found: string, at: string, doing: string): WellbegunError {
  return new WellbegunError("invalid-option", { doing, expected, found, at });
}
