import { high64, low64, sum64 } from "./simd.ts";

const EPSILON: f64 = 1e-5;

/**
 * out = (x - mean) factor gain + bias, row by row, factor = 1 / sqrt(variance + 1e-5), in float64.
 */
export function layerNormRows(x: usize, rows: i32, columns: i32, gain: usize, bias: usize, out: usize): void {
  for (let row = 0; row < rows; row++) {
    const mean = rowMean(x, columns);
    const factor = rowFactor(x, columns, mean);
    for (let c = 0; c < columns; c++) {
      const at = (<usize>c) << 2;
      const normal = (<f64>load<f32>(x) - mean) * factor;
      store<f32>(out, <f32>(normal * <f64>load<f32>(gain + at) + <f64>load<f32>(bias + at)));
      x += 4;
      out += 4;
    }
  }
}

/**
 * dx = factor (y - mean(y) - x^ mean(y x^)) with y = dout * gain and x^ the normalized row. Writes mean and factor
 * (f64 each) of each row of x to `moments`.
 */
export function layerNormSlopes(
  dout: usize,
  x: usize,
  rows: i32,
  columns: i32,
  gain: usize,
  dx: usize,
  moments: usize,
): void {
  const stride = (<usize>columns) << 2;
  for (let row = 0; row < rows; row++) {
    const mean = rowMean(x, columns);
    const factor = rowFactor(x, columns, mean);
    store<f64>(moments, mean);
    store<f64>(moments, factor, 8);
    let sum: f64 = 0;
    let along: f64 = 0;
    for (let at: usize = 0; at < stride; at += 4) {
      const y = <f64>load<f32>(dout + at) * <f64>load<f32>(gain + at);
      sum += y;
      along += y * ((<f64>load<f32>(x + at) - mean) * factor);
    }
    sum /= <f64>columns;
    along /= <f64>columns;
    for (let at: usize = 0; at < stride; at += 4) {
      const y = <f64>load<f32>(dout + at) * <f64>load<f32>(gain + at);
      const normal = (<f64>load<f32>(x + at) - mean) * factor;
      store<f32>(dx + at, <f32>(factor * (y - sum - normal * along)));
    }
    dout += stride;
    x += stride;
    dx += stride;
    moments += 16;
  }
}

/**
 * dgain = the sum of dout x^, dbias = the sum of dout, over all rows in their order, for columns `first .. last - 1`;
 * `moments` as {@link layerNormSlopes} leaves them.
 */
export function layerNormSums(
  dout: usize,
  x: usize,
  rows: i32,
  columns: i32,
  first: i32,
  last: i32,
  moments: usize,
  dgain: usize,
  dbias: usize,
): void {
  for (let c = first; c < last; c++) {
    const at = (<usize>c) << 2;
    let gains: f64 = 0;
    let biases: f64 = 0;
    for (let row = 0; row < rows; row++) {
      const place = <usize>row * ((<usize>columns) << 2) + at;
      const own = moments + ((<usize>row) << 4);
      const d = <f64>load<f32>(dout + place);
      gains += d * ((<f64>load<f32>(x + place) - load<f64>(own)) * load<f64>(own, 8));
      biases += d;
    }
    store<f32>(dgain + at, <f32>gains);
    store<f32>(dbias + at, <f32>biases);
  }
}

function rowMean(x: usize, columns: i32): f64 {
  let low = f64x2.splat(0);
  let high = low;
  const end = x + ((<usize>columns & ~3) << 2);
  for (; x < end; x += 16) {
    const v = v128.load(x);
    low = f64x2.add(low, low64(v));
    high = f64x2.add(high, high64(v));
  }
  let sum = sum64(f64x2.add(low, high));
  for (let rest = columns & 3; rest > 0; rest--) {
    sum += <f64>load<f32>(x);
    x += 4;
  }
  return sum / <f64>columns;
}

function rowFactor(x: usize, columns: i32, mean: f64): f64 {
  let low = f64x2.splat(0);
  let high = low;
  const about = f64x2.splat(mean);
  const end = x + ((<usize>columns & ~3) << 2);
  for (; x < end; x += 16) {
    const v = v128.load(x);
    const a = f64x2.sub(low64(v), about);
    const b = f64x2.sub(high64(v), about);
    low = f64x2.add(low, f64x2.mul(a, a));
    high = f64x2.add(high, f64x2.mul(b, b));
  }
  let sum = sum64(f64x2.add(low, high));
  for (let rest = columns & 3; rest > 0; rest--) {
    const d = <f64>load<f32>(x) - mean;
    sum += d * d;
    x += 4;
  }
  return 1 / sqrt<f64>(sum / <f64>columns + EPSILON);
}
