import { type AbortSignalLike, isWellbegunError, WellbegunError } from "@wellbegun/core";
import { refuseUnknownKeys } from "@wellbegun/core/support";
import type { Batch } from "../vectors/batches.ts";
import type { Vectors } from "../vectors/vectors.ts";

/** Options that all vector stores have. */
export interface StoreOptions {
  /**
   * `replace` (default): afterwards the store holds exactly these rows under that name. `upsert`: rows are
   * added, or overwritten if their ID exists; all others stay. Use it for one or a few rows, such as new users
   * that were folded in (`rowVectors` of `@wellbegun/adapters/bundle`). The rows must have the origin that the
   * store records: columns of two bundles do not mean the same.
   */
  readonly mode?: "replace" | "upsert" | undefined;
  /** Rows sent at a time, which bounds memory. Default: as many as hold 2^18 values. */
  readonly rowsPerBatch?: number | undefined;
  /** Rows that are read back and compared, evenly spread, the first and the last among them. Default: 16. */
  readonly verifyRows?: number | undefined;
  readonly signal?: AbortSignalLike | undefined;
}

/** The similarity of two vectors: the inner product, or the cosine of their angle. */
export type Distance = "dot" | "cosine";

/** The result of a write. */
export interface Stored {
  /** Rows that were sent. */
  readonly rows: number;
  /** Rows in the store after the write, as the store counts them. */
  readonly total: number;
  /** Rows that were read back and found equal. */
  readonly verified: number;
}

/** A row that is read back. */
export interface SampleRow {
  readonly id: string;
  readonly values: Float32Array;
}

/** Options with their defaults. */
export interface ResolvedStoreOptions {
  readonly mode: "replace" | "upsert";
  readonly rowsPerBatch: number;
  readonly verifyRows: number;
  readonly signal: AbortSignalLike | undefined;
}

const BATCH_VALUES = 1 << 18;

/** Number of rows that hold 2^18 values. */
export function defaultBatchRows({ columns }: Vectors): number {
  return Math.max(1, Math.floor(BATCH_VALUES / Math.max(1, columns)));
}

/**
 * @param names The names of the store's options.
 * @throws {WellbegunError} `invalid-option`.
 */
export function resolveStoreOptions(
  options: StoreOptions,
  names: readonly string[],
  vectors: Vectors,
  doing: string,
): ResolvedStoreOptions {
  refuseUnknownKeys(doing, options, names);
  const { mode = "replace", rowsPerBatch, verifyRows = 16, signal } = options;
  if (mode !== "replace" && mode !== "upsert") {
    throw badOption("mode", "replace or upsert", String(mode), doing);
  }
  const rows = rowsPerBatch ?? defaultBatchRows(vectors);
  if (!Number.isSafeInteger(rows) || rows < 1) throw badOption("rowsPerBatch", "1 or more", `${rows}`, doing);
  if (!Number.isSafeInteger(verifyRows) || verifyRows < 0) {
    throw badOption("verifyRows", "a number of rows", `${verifyRows}`, doing);
  }
  return { mode, rowsPerBatch: rows, verifyRows, signal };
}

/** @throws {WellbegunError} `invalid-option`. */
export function checkDistance(distance: Distance, doing: string): void {
  if (distance !== "dot" && distance !== "cosine") {
    throw badOption("distance", "dot or cosine", String(distance), doing);
  }
}

/** The sampled rows of a table, gathered while it is sent. */
export class Sample {
  readonly rows: SampleRow[] = [];
  readonly #wanted: ReadonlySet<number>;

  constructor({ rows }: Vectors, count: number) {
    const step = count > 1 ? (rows - 1) / (count - 1) : 0;
    const wanted = Array.from({ length: Math.min(count, rows) }, (_, i) =>
      count >= rows ? i : Math.round(i * step),
    );
    this.#wanted = new Set(wanted);
  }

  take({ first, ids, data }: Batch): void {
    const columns = data.length / Math.max(1, ids.length);
    ids.forEach((id, row) => {
      if (!this.#wanted.has(first + row)) return;
      this.rows.push({ id, values: data.slice(row * columns, (row + 1) * columns) });
    });
  }
}

/**
 * Compares rows that a store returned with the rows that were sent.
 *
 * @param found Vectors by raw ID.
 * @param tolerance Largest allowed difference of a value; 0 if the store keeps float32 unchanged.
 * @throws {WellbegunError} `mismatch` naming the ID and the column.
 */
export function compareSample(
  sample: readonly SampleRow[],
  found: ReadonlyMap<string, ArrayLike<number>>,
  doing: string,
  tolerance: number = 0,
): void {
  for (const { id, values } of sample) {
    const row = found.get(id);
    const at = `ID ${JSON.stringify(id)}`;
    if (row === undefined || row.length !== values.length) {
      const there = row === undefined ? "no such row" : `${row.length} values`;
      throw mismatch(doing, `${values.length} values`, there, at);
    }
    for (let column = 0; column < values.length; column++) {
      const value = Math.fround(row[column]!);
      if (Math.abs(value - values[column]!) <= tolerance) continue;
      throw mismatch(doing, `${values[column]}`, `${row[column]}`, `${at}, column ${column}`);
    }
  }
}

/** @throws {WellbegunError} `mismatch` if the store holds another number of rows than expected. */
export function checkTotal(
  total: number,
  rows: number,
  mode: "replace" | "upsert",
  doing: string,
  at: string,
): void {
  if (mode === "replace" ? total === rows : total >= rows) return;
  throw mismatch(doing, `${mode === "replace" ? "" : "at least "}${rows} rows`, `${total}`, at);
}

export function mismatch(doing: string, expected: string, found: string, at: string): WellbegunError {
  return new WellbegunError("mismatch", { doing, expected, found, at });
}

export function badOption(option: string, expected: string, found: string, doing: string): WellbegunError {
  return new WellbegunError("invalid-option", { doing, expected, found, at: `option ${option}` });
}

/** Wraps an error of a store's client as a `WellbegunError`; a `WellbegunError` stays as it is. */
export function storeError(cause: unknown, doing: string, at: string): unknown {
  if (isWellbegunError(cause)) return cause;
  const found = cause instanceof Error ? cause.message : String(cause);
  return new WellbegunError("io", { doing, expected: "the store to take it", found, at, cause });
}
