/**
 * Writes the centroids minus their `mean`, which all differences of scores are independent of, and the constants
 * q = |c|^2 - |mean|^2: the squared distance of x to c is q - 2 x (c - mean) plus terms that every centroid shares.
 * Small centred centroids keep the float32 error of the product small. Puts into `stats` (float64) the largest
 * norm of a centred centroid, the largest |q|, and the largest norm of centroid plus mean.
 */
export function centreCentroids(
  centroids: usize,
  clusters: i32,
  columns: i32,
  mean: usize,
  centred: usize,
  constants: usize,
  stats: usize,
): void {
  let largestNorm: f64 = 0;
  let largestConstant: f64 = 0;
  let largestSum: f64 = 0;
  meanRow(centroids, clusters, columns, mean);
  for (let k = 0; k < clusters; k++) {
    let constant: f64 = 0;
    let norm: f64 = 0;
    let sum: f64 = 0;
    for (let column = 0; column < columns; column++) {
      const c = <f64>load<f32>(centroids);
      const m = load<f64>(mean + ((<usize>column) << 3));
      const minus = c - m;
      const plus = c + m;
      store<f32>(centred, <f32>minus);
      constant += minus * plus;
      norm += minus * minus;
      sum += plus * plus;
      centroids += 4;
      centred += 4;
    }
    store<f32>(constants + ((<usize>k) << 2), <f32>constant);
    largestNorm = max<f64>(largestNorm, sqrt<f64>(norm));
    largestConstant = max<f64>(largestConstant, abs<f64>(constant));
    largestSum = max<f64>(largestSum, sqrt<f64>(sum));
  }
  store<f64>(stats, largestNorm);
  store<f64>(stats, largestConstant, 8);
  store<f64>(stats, largestSum, 16);
}

function meanRow(centroids: usize, clusters: i32, columns: i32, mean: usize): void {
  memory.fill(mean, 0, (<usize>columns) << 3);
  for (let k = 0; k < clusters; k++) {
    for (let column = 0; column < columns; column++) {
      const at = mean + ((<usize>column) << 3);
      store<f64>(at, load<f64>(at) + <f64>load<f32>(centroids));
      centroids += 4;
    }
  }
  for (let column = 0; column < columns; column++) {
    const at = mean + ((<usize>column) << 3);
    store<f64>(at, load<f64>(at) / <f64>clusters);
  }
}

/** How far each centroid moved, in float64. */
export function centroidDrift(before: usize, after: usize, clusters: i32, columns: i32, drift: usize): void {
  for (let k = 0; k < clusters; k++) {
    let sum: f64 = 0;
    for (let column = 0; column < columns; column++) {
      const d = <f64>load<f32>(after) - <f64>load<f32>(before);
      sum += d * d;
      before += 4;
      after += 4;
    }
    store<f64>(drift + ((<usize>k) << 3), sqrt<f64>(sum));
  }
}
