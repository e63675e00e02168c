import { squaredLength } from "./distances.ts";
import type { Pass } from "./pass.ts";
import { high64, low64, sum64 } from "./simd.ts";

/** A direction that loses more than this to the others adds nothing but rounding. */
const LEAST_SHARE: f64 = 1e-3;

/**
 * Makes the listed rows of `from` (count x columns) orthonormal to the `size` rows of `basis` and to each other, and
 * appends them to `basis`; a row that lies in the span of the others becomes zeros. In float64 by modified
 * Gram-Schmidt, repeated where a row loses half of its length ("twice is enough", Parlett), and rounded once:
 * products of two different rows of the basis are below 2^-22. `row` is scratch memory of columns float64.
 */
export function extendBasis(
  from: usize,
  list: usize,
  count: i32,
  columns: i32,
  basis: usize,
  size: i32,
  row: usize,
): void {
  const stride = (<usize>columns) << 2;
  for (let i = 0; i < count; i++) {
    const to = basis + <usize>(size + i) * stride;
    widen(from + <usize>load<u32>(list + ((<usize>i) << 2)) * stride, columns, row);
    const whole = length64(row, columns);
    let norm = whole;
    let before: f64 = Infinity;
    while (norm < 0.5 * before && norm > whole * LEAST_SHARE) {
      before = norm;
      for (let j = 0; j < size + i; j++) deflate(row, basis + <usize>j * stride, columns);
      norm = length64(row, columns);
    }
    // Also false for NaN.
    const factor: f64 = norm > whole * LEAST_SHARE && norm < Infinity ? 1 / norm : 0;
    for (let column = 0; column < columns; column++) {
      const value = factor === 0 ? 0 : load<f64>(row + ((<usize>column) << 3)) * factor;
      store<f32>(to + ((<usize>column) << 2), <f32>value);
    }
  }
}

function widen(from: usize, columns: i32, to: usize): void {
  for (let column = 0; column < columns; column++) {
    store<f64>(to + ((<usize>column) << 3), <f64>load<f32>(from + ((<usize>column) << 2)));
  }
}

function length64(row: usize, columns: i32): f64 {
  let total: f64 = 0;
  for (let column = 0; column < columns; column++) {
    const value = load<f64>(row + ((<usize>column) << 3));
    total += value * value;
  }
  return sqrt<f64>(total);
}

/** Subtracts from `row` (float64) its component along the direction `b` (float32). */
function deflate(row: usize, b: usize, columns: i32): void {
  let low = f64x2.splat(0);
  let high = low;
  let column = 0;
  for (; column + 4 <= columns; column += 4) {
    const v = v128.load(b + ((<usize>column) << 2));
    const at = row + ((<usize>column) << 3);
    low = f64x2.add(low, f64x2.mul(v128.load(at), low64(v)));
    high = f64x2.add(high, f64x2.mul(v128.load(at, 16), high64(v)));
  }
  let product = sum64(f64x2.add(low, high));
  for (let c = column; c < columns; c++) {
    product += load<f64>(row + ((<usize>c) << 3)) * <f64>load<f32>(b + ((<usize>c) << 2));
  }
  const p = f64x2.splat(product);
  for (column = 0; column + 4 <= columns; column += 4) {
    const v = v128.load(b + ((<usize>column) << 2));
    const at = row + ((<usize>column) << 3);
    v128.store(at, f64x2.sub(v128.load(at), f64x2.mul(p, low64(v))));
    v128.store(at, f64x2.sub(v128.load(at, 16), f64x2.mul(p, high64(v))), 16);
  }
  for (; column < columns; column++) {
    const at = row + ((<usize>column) << 3);
    store<f64>(at, load<f64>(at) - product * <f64>load<f32>(b + ((<usize>column) << 2)));
  }
}

/**
 * Bounds the norm of the part outside the basis for rows `first .. last - 1`: |x|^2 - share * (|t| - slack *
 * |x|)^2, where t are the row's coordinates.
 */
export function measureRests(address: usize, first: i32, last: i32, share: f64, slack: f64): void {
  const pass = changetype<Pass>(address);
  for (let row = first; row < last; row++) {
    const norm = load<f64>(pass.norms + ((<usize>row) << 3));
    const squared = squaredLength(pass.coordinates + <usize>row * <usize>pass.stride, pass.depth);
    const within = max<f64>(0, sqrt<f64>(squared) * (1 - 2e-6) - slack * norm);
    const rest = norm * norm - share * within * within;
    // With an overflow or NaN, the bound is the whole row's norm.
    store<f64>(pass.rests + ((<usize>row) << 3), rest < norm * norm ? sqrt<f64>(max<f64>(rest, 0)) : norm);
  }
}

/** For each of `rows` rows its norm and the sum of its absolute values, float64. */
export function rowSizes(from: usize, stride: usize, rows: i32, columns: i32, out: usize): void {
  for (let r = 0; r < rows; r++) {
    let squares: f64 = 0;
    let sum: f64 = 0;
    for (let column = 0; column < columns; column++) {
      const value = <f64>load<f32>(from + ((<usize>column) << 2));
      squares += value * value;
      sum += abs<f64>(value);
    }
    store<f64>(out, sqrt<f64>(squares));
    store<f64>(out, sum, 8);
    from += stride;
    out += 16;
  }
}
