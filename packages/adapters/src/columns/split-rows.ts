import { WellbegunError } from "@wellbegun/core";
import { parseDate } from "./dates.ts";
import type { ResolvedCuts, ResolvedLog, SplitByLabel } from "./log.ts";
import { type ColumnSource, describeValue, placeOf } from "./source.ts";

/** The index of a value's split, as in `splits`: 0 train, 1 validation, 2 test. */
export type SplitOf = (value: unknown, source: ColumnSource, row: number) => number;

/** The split of each text label of a split column. */
export const splitLabels: Readonly<Record<string, number>> = {
  train: 0,
  validation: 1,
  valid: 1,
  val: 1,
  test: 2,
  "0": 0,
  "1": 1,
  "2": 2,
};

/** A function that gives the split of a row; undefined if all rows are train. */
export function splitReader(split: ResolvedLog["split"], doing: string): SplitOf | undefined {
  if (split === undefined) return undefined;
  return split.by === "label" ? byLabel(split, doing) : byTime(split, doing);
}

function byLabel({ column }: SplitByLabel, doing: string): SplitOf {
  return (value, source, row) => {
    const label =
      typeof value === "number" || typeof value === "bigint" || typeof value === "string"
        ? String(value)
        : "";
    if (Object.hasOwn(splitLabels, label)) return splitLabels[label]!;
    throw new WellbegunError("invalid-data", {
      doing,
      expected: "0, 1 or 2, or train, validation or test",
      found: describeValue(value),
      at: placeOf(source, row, column),
    });
  };
}

/** What a split by time expects of a value. */
export function expectedTime(dates: boolean): string {
  if (!dates) return "a number, as the cuts are numbers";
  return "a time, or a date as in 2024-05-01 or 2024-05-01T12:00Z, as the cuts are dates";
}

function byTime({ column, dates, validationFrom, testFrom }: ResolvedCuts, doing: string): SplitOf {
  const timeOf = dates ? millisecondsOf : numberOf;
  return (value, source, row) => {
    const time = timeOf(value);
    if (!Number.isNaN(time)) return time >= testFrom ? 2 : time >= validationFrom ? 1 : 0;
    throw new WellbegunError("invalid-data", {
      doing,
      expected: expectedTime(dates),
      found: describeValue(value),
      at: placeOf(source, row, column),
    });
  };
}

/** Milliseconds of a time, or of a date as text; NaN for any other value. */
function millisecondsOf(value: unknown): number {
  if (value instanceof Date) return value.getTime();
  return typeof value === "string" ? parseDate(value) : Number.NaN;
}

/** NaN for a value that is not a number. */
function numberOf(value: unknown): number {
  return typeof value === "number" || typeof value === "bigint" ? Number(value) : Number.NaN;
}
