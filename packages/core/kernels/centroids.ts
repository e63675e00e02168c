/** The mean of the centroids, as float32; `sums` (float64, one for each column) is overwritten. */
export function meanCentroid(centroids: usize, clusters: i32, columns: i32, sums: usize, mean: usize): void {
  memory.fill(sums, 0, (<usize>columns) << 3);
  for (let k = 0; k < clusters; k++) {
    for (let column = 0; column < columns; column++) {
      const at = sums + ((<usize>column) << 3);
      store<f64>(at, load<f64>(at) + <f64>load<f32>(centroids));
      centroids += 4;
    }
  }
  for (let column = 0; column < columns; column++) {
    const at = (<usize>column) << 2;
    store<f32>(mean + at, <f32>(load<f64>(sums + 2 * at) / <f64>clusters));
  }
}

/**
 * Writes `origin` minus the centroids, and the constants q = |c|^2 - |origin|^2: the squared distance of x to c
 * is q + 2 x (origin - c) plus what every centroid shares, the squared distance of x to the origin. An origin
 * among the centroids keeps the float32 error of the product small. Writes to `stats` (float64, three for each
 * centroid) the norm of c - origin, |q|, and the norm of c + origin.
 */
export function centerCentroids(
  centroids: usize,
  clusters: i32,
  columns: i32,
  origin: usize,
  centered: usize,
  constants: usize,
  stats: usize,
): void {
  for (let k = 0; k < clusters; k++) {
    let constant: f64 = 0;
    let norm: f64 = 0;
    let sum: f64 = 0;
    for (let column = 0; column < columns; column++) {
      const c = <f64>load<f32>(centroids);
      const o = <f64>load<f32>(origin + ((<usize>column) << 2));
      const minus = c - o;
      const plus = c + o;
      store<f32>(centered, <f32>-minus);
      constant += minus * plus;
      norm += minus * minus;
      sum += plus * plus;
      centroids += 4;
      centered += 4;
    }
    store<f32>(constants + ((<usize>k) << 2), <f32>constant);
    store<f64>(stats, sqrt<f64>(norm));
    store<f64>(stats, abs<f64>(constant), 8);
    store<f64>(stats, sqrt<f64>(sum), 16);
    stats += 24;
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
