/**
 * The nearest centroid by float64 distances summed column by column, ties to the lowest, among those whose
 * score does not exceed `limit` (all centroids if scores are NaN). A duplicate of a lower centroid never wins.
 */
export function nearestExactly(
  x: usize,
  centroids: usize,
  columns: i32,
  clusters: i32,
  scores: usize,
  limit: f64,
  duplicates: usize,
): i32 {
  const stride = (<usize>columns) << 2;
  let label = -1;
  let best: f64 = -1;
  for (let k = 0; k < clusters; k++) {
    if (<f64>load<f32>(scores + ((<usize>k) << 2)) > limit) continue;
    if (load<u8>(duplicates + <usize>k) !== 0) continue;
    if (label < 0) {
      label = k;
      continue;
    }
    // The first candidate's distance is computed only if there is a second candidate.
    if (best < 0) {
      best = distance(x, centroids + <usize>label * stride, columns);
      // A distance of NaN counts as infinite.
      if (!(best < Infinity)) best = Infinity;
    }
    const d = distance(x, centroids + <usize>k * stride, columns);
    if (d < best) {
      best = d;
      label = k;
    }
  }
  return max<i32>(label, 0);
}

function distance(a: usize, b: usize, columns: i32): f64 {
  let sum: f64 = 0;
  const end = a + ((<usize>columns) << 2);
  while (a < end) {
    const d = <f64>load<f32>(a) - <f64>load<f32>(b);
    sum += d * d;
    a += 4;
    b += 4;
  }
  return sum;
}
