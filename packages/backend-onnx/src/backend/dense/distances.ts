/** Squared distance between row i of x and row j of y, from differences, so that equal rows give exactly 0. */
export function squaredDistance(
  x: Float32Array,
  i: number,
  y: Float32Array,
  j: number,
  columns: number,
): number {
  let sum = 0;
  for (let p = i * columns, q = j * columns, end = p + columns; p < end; p++, q++) {
    const difference = x[p]! - y[q]!;
    sum += difference * difference;
  }
  return sum;
}
