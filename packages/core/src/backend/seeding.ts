import type { Matrix } from "./matrix.ts";

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
