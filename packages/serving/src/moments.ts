/**
 * Mean vector and covariance of some rows of a table, from which every user's score statistics follow without
 * computing scores. Core's joined models compute only the deviation, over all items, on a backend and in float32; a
 * scorer for serving needs the mean as well, over the warm or the cold items, in float64 and without a backend.
 */
export interface ItemMoments {
  /** d values. */
  readonly mean: Float64Array;
  /** d x d, symmetric. */
  readonly covariance: Float64Array;
}

/**
 * The moments of the rows for which `include` is 1. Without any, the mean is 0 and the covariance is 0.
 *
 * @param table rows x columns, row-major.
 */
export function itemMoments(table: Float32Array, columns: number, include: Uint8Array): ItemMoments {
  const mean = new Float64Array(columns);
  let count = 0;
  for (const [row, flag] of include.entries()) {
    if (flag === 0) continue;
    count++;
    for (let c = 0; c < columns; c++) mean[c]! += table[row * columns + c]!;
  }
  for (let c = 0; c < columns; c++) mean[c]! /= Math.max(count, 1);
  const covariance = new Float64Array(columns * columns);
  const centered = new Float64Array(columns);
  for (const [row, flag] of include.entries()) {
    if (flag === 0) continue;
    for (let c = 0; c < columns; c++) centered[c] = table[row * columns + c]! - mean[c]!;
    for (let a = 0; a < columns; a++) {
      const factor = centered[a]! / count;
      for (let b = 0; b < columns; b++) covariance[a * columns + b]! += factor * centered[b]!;
    }
  }
  return { mean, covariance };
}

/** Mean and standard deviation of a user's scores, the products of its vector with the items behind the moments. */
export function scoreStatistics(
  vector: Float32Array,
  { mean, covariance }: ItemMoments,
): { mean: number; deviation: number } {
  let average = 0;
  let variance = 0;
  for (const [a, value] of vector.entries()) {
    average += value * mean[a]!;
    let row = 0;
    for (const [b, other] of vector.entries()) row += covariance[a * vector.length + b]! * other;
    variance += value * row;
  }
  return { mean: average, deviation: Math.sqrt(Math.max(0, variance)) };
}
