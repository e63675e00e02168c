/** Squared Euclidean distances, always from differences, so that equal rows give exactly 0. */

/** Squared distance between `columns` values of `x` from `p` on and of `y` from `q` on, summed in order. */
export function squaredDistance(
  x: Float32Array,
  p: number,
  y: Float32Array,
  q: number,
  columns: number,
): number {
  let sum = 0;
  for (const end = p + columns; p < end; p++, q++) {
    const difference = x[p]! - y[q]!;
    sum += difference * difference;
  }
  return sum;
}

/** Distance of every row to every point, rows x count. */
export function squaredDistances(
  x: Float32Array,
  rows: number,
  columns: number,
  points: Float32Array,
  count: number,
): Float32Array {
  const out = new Float32Array(rows * count);
  for (let r = 0; r < rows; r++) {
    const from = r * columns;
    let i = 0;
    for (; i + 4 <= count; i += 4) distancesToFour(x, from, points, i * columns, columns, out, r * count + i);
    for (; i < count; i++) out[r * count + i] = squaredDistance(x, from, points, i * columns, columns);
  }
  return out;
}

// Four points share each value of the row; every sum keeps the order of squaredDistance, so that a point's
// distance does not depend on the other points.
function distancesToFour(
  x: Float32Array,
  p: number,
  points: Float32Array,
  q: number,
  columns: number,
  out: Float32Array,
  to: number,
): void {
  let q1 = q + columns;
  let q2 = q1 + columns;
  let q3 = q2 + columns;
  let s0 = 0;
  let s1 = 0;
  let s2 = 0;
  let s3 = 0;
  for (const end = p + columns; p < end; p++, q++, q1++, q2++, q3++) {
    const value = x[p]!;
    const d0 = value - points[q]!;
    const d1 = value - points[q1]!;
    const d2 = value - points[q2]!;
    const d3 = value - points[q3]!;
    s0 += d0 * d0;
    s1 += d1 * d1;
    s2 += d2 * d2;
    s3 += d3 * d3;
  }
  out[to] = s0;
  out[to + 1] = s1;
  out[to + 2] = s2;
  out[to + 3] = s3;
}

/** Distance of each row to the centroid of its label, 0 where the label is -1. */
export function assignedDistances(
  x: Float32Array,
  columns: number,
  labels: Int32Array,
  centroids: Float32Array,
): Float32Array {
  const out = new Float32Array(labels.length);
  for (let r = 0; r < labels.length; r++) {
    const label = labels[r]!;
    if (label >= 0) out[r] = squaredDistance(x, r * columns, centroids, label * columns, columns);
  }
  return out;
}
