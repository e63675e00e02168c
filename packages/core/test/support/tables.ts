import { expect } from "vitest";
import type { Table } from "../../src/index.ts";

/** A table as plain rows. */
export type Rows = number[][];

/** The rows of a row-major array. */
export function rowsOf(data: ArrayLike<number>, columns: number): Rows {
  const all = Array.from(data);
  return Array.from({ length: all.length / columns }, (_, r) => all.slice(r * columns, (r + 1) * columns));
}

/** The rows of a table of core. */
export function tableRows(table: Table): Rows {
  return rowsOf(table.data, table.columns);
}

/** Rows as one row-major float32 array. */
export function flat(rows: readonly (readonly number[])[]): Float32Array {
  return Float32Array.from(rows.flat());
}

/** Largest absolute difference between two equally long lists; NaN if any value is NaN. */
export function largestDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  expect(a.length).toBe(b.length);
  let largest = 0;
  for (let i = 0; i < a.length; i++) largest = Math.max(largest, Math.abs(a[i]! - b[i]!));
  return largest;
}

/** Expects two tables to agree within `tolerance`, entry by entry. */
export function expectClose(found: Rows, expected: Rows, tolerance: number): void {
  expect(found.length).toBe(expected.length);
  expect(largestDifference(found.flat(), expected.flat())).toBeLessThanOrEqual(tolerance);
}

/** L2 norm of a row. */
export function norm(row: readonly number[]): number {
  return Math.sqrt(row.reduce((sum, value) => sum + value * value, 0));
}

/** Mean of some numbers. */
export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Squared Euclidean distance. */
export function squaredDistance(a: readonly number[], b: readonly number[]): number {
  return a.reduce((sum, value, c) => sum + (value - b[c]!) ** 2, 0);
}
