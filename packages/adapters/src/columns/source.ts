import { type EncoderIdentity, WellbegunError } from "@wellbegun/core";

/** Consecutive rows of a file, column by column. */
export interface ColumnBatch {
  /** Number of the first row in its file, counted from 0. */
  readonly firstRow: number;
  /** Number of rows. */
  readonly rows: number;
  /**
   * The values of each requested column, in the order of the request, `rows` long. Text is a string, a number a number or
   * bigint, a time a Date, a list an array or typed array, and a null value null or undefined.
   */
  readonly columns: readonly ArrayLike<unknown>[];
}

/** A file of named columns, read in batches of rows: Parquet, Arrow, or a source of the caller's own. */
export interface ColumnSource {
  /** The file's name in errors. */
  readonly label: string;
  /** Names of the columns, in the file's order. */
  readonly names: readonly string[];
  /** What made the vectors of a column, by its name, where that is known. Default: unknown. */
  readonly encoders?: Readonly<Record<string, EncoderIdentity>> | undefined;
  /** The rows of the named columns from the first to the last; every call starts from the beginning. */
  batches(names: readonly string[]): AsyncIterable<ColumnBatch>;
}

/** A file of columns on the disk. Close it when done. */
export interface ColumnFile extends ColumnSource {
  /** Closes the file; closing twice does nothing. */
  close(): Promise<void>;
}

/**
 * Checks that a file has the given columns.
 *
 * @throws {WellbegunError} `format` naming the first missing column and the existing ones.
 */
export function requireColumns(source: ColumnSource, names: readonly string[], doing: string): void {
  const absent = names.find((name) => !source.names.includes(name));
  if (absent === undefined) return;
  throw new WellbegunError("format", {
    doing,
    expected: `a column ${JSON.stringify(absent)}`,
    found: source.names.length === 0 ? "no columns" : source.names.join(", "),
    at: source.label,
  });
}

/** The position of a value in a file, for errors; rows are counted from 0. */
export function placeOf(source: Pick<ColumnSource, "label">, row: number, column: string): string {
  return `${source.label}, row ${row}, column ${column}`;
}

/** A value as errors show it, with its type where the text alone would mislead. */
export function describeValue(value: unknown): string {
  if (value === null || value === undefined) return "null";
  if (typeof value === "string")
    return `the text ${JSON.stringify(value.length > 80 ? `${value.slice(0, 80)}…` : value)}`;
  if (typeof value === "number" || typeof value === "bigint") return `${value}`;
  if (value instanceof Date) return `the time ${Number.isNaN(value.getTime()) ? "NaN" : value.toISOString()}`;
  return Array.isArray(value) || ArrayBuffer.isView(value) ? "a list" : `a ${typeof value}`;
}
