/** Layer normalization (Ba, Kiros and Hinton, 2016) and its gradient, on row-major float32 arrays. */

const EPSILON = 1e-5;

/** out = (x - mean) / sqrt(variance + 1e-5) * gain + bias, row by row. */
export function layerNorm(x: Float32Array, gain: Float32Array, bias: Float32Array, out: Float32Array): void {
  const columns = gain.length;
  for (let at = 0; at < x.length; at += columns) {
    const { mean, factor } = moments(x, at, columns);
    for (let c = 0; c < columns; c++) out[at + c] = (x[at + c]! - mean) * factor * gain[c]! + bias[c]!;
  }
}

/** dx = factor (y - mean(y) - x^ mean(y x^)) with y = dout * gain; dgain = sum of dout x^; dbias = sum of dout. */
export function layerNormBackward(
  dout: Float32Array,
  x: Float32Array,
  gain: Float32Array,
  dx: Float32Array,
  dgain: Float32Array,
  dbias: Float32Array,
): void {
  const columns = gain.length;
  const gains = new Float64Array(columns);
  const biases = new Float64Array(columns);
  for (let at = 0; at < x.length; at += columns) {
    const { mean, factor } = moments(x, at, columns);
    let sum = 0;
    let along = 0;
    for (let c = 0; c < columns; c++) {
      const normal = (x[at + c]! - mean) * factor;
      const d = dout[at + c]!;
      gains[c]! += d * normal;
      biases[c]! += d;
      sum += d * gain[c]!;
      along += d * gain[c]! * normal;
    }
    for (let c = 0; c < columns; c++) {
      const normal = (x[at + c]! - mean) * factor;
      dx[at + c] = factor * (dout[at + c]! * gain[c]! - sum / columns - (normal * along) / columns);
    }
  }
  dgain.set(gains);
  dbias.set(biases);
}

function moments(x: Float32Array, at: number, columns: number): { mean: number; factor: number } {
  let sum = 0;
  for (let c = 0; c < columns; c++) sum += x[at + c]!;
  const mean = sum / columns;
  let squares = 0;
  for (let c = 0; c < columns; c++) squares += (x[at + c]! - mean) ** 2;
  return { mean, factor: 1 / Math.sqrt(squares / columns + EPSILON) };
}
