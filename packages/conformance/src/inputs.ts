import type { SparseMatrix } from "@wellbegun/core/backend";
import { createRandom } from "@wellbegun/core/support";

/** A row-major matrix on the caller's side. */
export interface Table {
  readonly rows: number;
  readonly columns: number;
  readonly values: Float32Array;
}

// One seed for the whole suite: every runtime and every backend sees the same inputs.
const SEED = 20260414;

/** A table from a function of row and column. */
export function tableOf(
  rows: number,
  columns: number,
  value: (row: number, column: number) => number,
): Table {
  const values = new Float32Array(rows * columns);
  for (let p = 0; p < values.length; p++) values[p] = value(Math.floor(p / columns), p % columns);
  return { rows, columns, values };
}

/** Standard normal values. */
export function normalTable(rows: number, columns: number, stream: string): Table {
  const random = createRandom(SEED, stream);
  return tableOf(rows, columns, () => random.normal());
}

/** Whole numbers from -bound to bound, so small that float32 computes their sums and products exactly. */
export function integerTable(rows: number, columns: number, bound: number, stream: string): Table {
  const random = createRandom(SEED, stream);
  return tableOf(rows, columns, () => random.integer(2 * bound + 1) - bound);
}

/** Values between 0.5 and 1.5 times a magnitude of each row. */
export function magnitudeTable(magnitudes: readonly number[], columns: number, stream: string): Table {
  const random = createRandom(SEED, stream);
  return tableOf(magnitudes.length, columns, (row) => magnitudes[row]! * (0.5 + random.uniform()));
}

/** Rows around centers: normal centers of the given `distance`, normal rows of the given `spread` about them. */
export function clusteredTable(
  rows: number,
  columns: number,
  clusters: number,
  options: {
    readonly stream: string;
    readonly distance: number;
    readonly spread: number;
    readonly offset?: number;
  },
): { readonly x: Table; readonly centers: Table } {
  const random = createRandom(SEED, options.stream);
  const offset = options.offset ?? 0;
  const centers = tableOf(clusters, columns, () => offset + options.distance * random.normal());
  const x = tableOf(rows, columns, (row, column) => {
    return centers.values[(row % clusters) * columns + column]! + options.spread * random.normal();
  });
  return { x, centers };
}

/** The given rows of a table, one after the other. */
export function rowsOf(table: Table, rows: readonly number[]): Table {
  const { columns, values } = table;
  return tableOf(rows.length, columns, (row, column) => values[rows[row]! * columns + column]!);
}

/** A copy of the table with one value in all columns of the given rows. */
export function withRows(table: Table, rows: readonly number[], value: number): Table {
  const values = table.values.slice();
  for (const row of rows) values.fill(value, row * table.columns, (row + 1) * table.columns);
  return { ...table, values };
}

/** A sparse matrix with rows of the given numbers of entries, in random columns (repeats are allowed). */
export function sparseOf(counts: readonly number[], columns: number, stream: string): SparseMatrix {
  const random = createRandom(SEED, stream);
  const offsets = new Uint32Array(counts.length + 1);
  for (let r = 0; r < counts.length; r++) offsets[r + 1] = offsets[r]! + counts[r]!;
  const indices = new Uint32Array(offsets[counts.length]!).map(() => random.integer(columns));
  return { rows: counts.length, columns, offsets, indices };
}

/** `length` float32 values between 0.5 and 1.5, for weights and factors. */
export function factors(length: number, stream: string): Float32Array {
  const random = createRandom(SEED, stream);
  return new Float32Array(length).map(() => 0.5 + random.uniform());
}

/** A mask with 1 for the given rows. */
export function maskOf(rows: number, ones: readonly number[]): Uint8Array {
  const mask = new Uint8Array(rows);
  for (const row of ones) mask[row] = 1;
  return mask;
}
