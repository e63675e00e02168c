import { edgeTile, INTEGER_LENGTH } from "./layout.ts";

/** Added to a float32 below 2^22, it leaves the nearest integer in the lower bits, ties to even. */
const ROUND: f32 = 12582912;
const ROUND_BITS: i32 = 0x4b400000;

/** Norms outside of this range have no factor, so that no float32 here overflows or vanishes. */
const SMALLEST: f64 = 1e-12;
const LARGEST: f64 = 1e12;

/** The factor of a row of that norm as integers. */
export function integerFactor(norm: f64): f32 {
  return <f32>(<f64>INTEGER_LENGTH / norm);
}

/** What 1 means in the integers of a row of that norm; NaN where the norm does not suit, so that distances decide. */
export function integerUnit(norm: f64): f32 {
  return norm >= SMALLEST && norm <= LARGEST ? <f32>(1 / <f64>integerFactor(norm)) : NaN;
}

/** Four sums of products of integers as float32. */
export function inUnits(sums: v128, rowUnit: v128, units: v128): v128 {
  return f32x4.mul(f32x4.convert_i32x4_s(sums), f32x4.mul(rowUnit, units));
}

/**
 * Rows of float32 as 16-bit integers, packed for products: `width` rows (4 for the left side, 8 for the right) together, pair of
 * values by pair of values, so that a word of 32 bits holds two values of one row. A value is multiplied with its row's factor and
 * rounded; factors are `step` bytes apart (0: one for all rows). The last rows repeat, and an odd depth ends with a 0.
 */
export function quantizeRows(
  from: usize,
  stride: usize,
  rows: i32,
  depth: i32,
  factors: usize,
  step: usize,
  width: i32,
  to: usize,
): void {
  const last = <usize>(rows - 1);
  const line = (<usize>width) << 2;
  for (let row = 0; row < rows; row += width) {
    for (let four = 0; four < width; four += 4) {
      const a = min<usize>(<usize>(row + four), last);
      const b = min<usize>(a + 1, last);
      const c = min<usize>(b + 1, last);
      const d = min<usize>(c + 1, last);
      quantizeFour(
        from + a * stride,
        from + b * stride,
        from + c * stride,
        from + d * stride,
        depth,
        load<f32>(factors + a * step),
        load<f32>(factors + b * step),
        load<f32>(factors + c * step),
        load<f32>(factors + d * step),
        to + ((<usize>four) << 2),
        line,
      );
    }
    to += <usize>((depth + 1) >> 1) * line;
  }
}

/** One row, less the origin where there is one (not 0), times its factor: value by value, with zeros up to a multiple of 8. */
export function quantizeRow(row: usize, origin: usize, depth: i32, factor: f32, to: usize): void {
  const f = f32x4.splat(factor);
  let low = f32x4.splat(0);
  let high = low;
  for (let left = depth; left > 0; left -= 8) {
    if (left < 8) row = rest(row, left, 0);
    if (origin !== 0) {
      if (left < 8) origin = rest(origin, left, 1);
      low = v128.load(origin);
      high = v128.load(origin, 16);
      origin += 32;
    }
    v128.store(to, rounded(row, low, high, f));
    row += 32;
    to += 16;
  }
}

/** Four rows, times their factors; pairs of values are `step` bytes apart. */
function quantizeFour(
  row0: usize,
  row1: usize,
  row2: usize,
  row3: usize,
  depth: i32,
  factor0: f32,
  factor1: f32,
  factor2: f32,
  factor3: f32,
  to: usize,
  step: usize,
): void {
  const f0 = f32x4.splat(factor0);
  const f1 = f32x4.splat(factor1);
  const f2 = f32x4.splat(factor2);
  const f3 = f32x4.splat(factor3);
  const zero = f32x4.splat(0);
  for (let left = depth; left > 0; left -= 8) {
    if (left < 8) {
      row0 = rest(row0, left, 0);
      row1 = rest(row1, left, 1);
      row2 = rest(row2, left, 2);
      row3 = rest(row3, left, 3);
    }
    const a = rounded(row0, zero, zero, f0);
    const b = rounded(row1, zero, zero, f1);
    const c = rounded(row2, zero, zero, f2);
    const d = rounded(row3, zero, zero, f3);
    const ab = v128.shuffle<i32>(a, b, 0, 4, 1, 5);
    const cd = v128.shuffle<i32>(c, d, 0, 4, 1, 5);
    v128.store(to, v128.shuffle<i64>(ab, cd, 0, 2));
    if (left > 2) v128.store(to + step, v128.shuffle<i64>(ab, cd, 1, 3));
    if (left > 4) {
      const AB = v128.shuffle<i32>(a, b, 2, 6, 3, 7);
      const CD = v128.shuffle<i32>(c, d, 2, 6, 3, 7);
      v128.store(to + 2 * step, v128.shuffle<i64>(AB, CD, 0, 2));
      if (left > 6) v128.store(to + 3 * step, v128.shuffle<i64>(AB, CD, 1, 3));
    }
    row0 += 32;
    row1 += 32;
    row2 += 32;
    row3 += 32;
    to += 4 * step;
  }
}

/** Copies the last values of a row, followed by zeros, to a place of its own among four. */
function rest(from: usize, count: i32, place: usize): usize {
  const to = edgeTile() + (place << 5);
  memory.fill(to, 0, 32);
  memory.copy(to, from, (<usize>count) << 2);
  return to;
}

/** Eight values, less others, as integers. */
function rounded(from: usize, low: v128, high: v128, factor: v128): v128 {
  const round = f32x4.splat(ROUND);
  const bits = i32x4.splat(ROUND_BITS);
  const a = f32x4.add(f32x4.mul(f32x4.sub(v128.load(from), low), factor), round);
  const b = f32x4.add(f32x4.mul(f32x4.sub(v128.load(from, 16), high), factor), round);
  return i16x8.narrow_i32x4_s(i32x4.sub(a, bits), i32x4.sub(b, bits));
}
