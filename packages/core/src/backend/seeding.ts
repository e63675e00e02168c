import type { Matrix } from "./matrix.ts";

/** Points in all with which it pays a backend to prepare rows for comparisons. */
export const SEEDING_LEAST_POINTS = 128;

/**
 * Most bytes that a {@link Seeding} holds for each row of that many columns besides the distances of one comparison: norms, errors,
 * and a sketch or the row as 16-bit integers.
 */
export function seedingRowBytes(columns: number): number {
  return Math.max(192, 32 + 2 * Math.min(columns + 7, 256));
}

/**
 * The squared distance of each row to the nearest of the points kept so far, as k-means++ needs it. A backend leaves out
 * distances that cannot be smaller; those that it computes have the bits of `squaredDistances`.
 */
export interface Seeding<M extends Matrix = Matrix> {
  /**
   * Compares the rows with `count` points (count x columns, row-major). Adds to each point's sum the rows' distances to
   * the nearest point, were that one kept: in float64, row by row. `x` holds the rows that the seeding was made for, and
   * may be another matrix.
   */
  compare(x: M, points: Float32Array, count: number, sums: Float64Array): Promise<void>;
  /** Keeps one point of the last comparison; returns a copy of the rows' distances to the nearest point. */
  keep(point: number): Promise<Float32Array>;
  dispose(): void;
}
