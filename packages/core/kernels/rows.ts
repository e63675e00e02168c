import { squaredLength } from "./distances.ts";
import { high64, low64, madd, sum64 } from "./simd.ts";

/**
 * Sum of (x - shift) and of its square over rows, for columns `first .. last - 1`; `shift` and `missing` may be 0.
 * Every sum takes the rows in their order, four at a time so that it is loaded and stored once for four.
 */
export function columnMoments(
  x: usize,
  rows: i32,
  columns: i32,
  first: i32,
  last: i32,
  shift: usize,
  missing: usize,
  sums: usize,
  squares: usize,
): void {
  const stride = (<usize>columns) << 2;
  let row = 0;
  for (; row + 4 <= rows; row += 4) {
    const from = x + <usize>row * stride;
    if (missing === 0 || load<u32>(missing + <usize>row) === 0) {
      addFourRows(from, stride, first, last, shift, sums, squares);
    } else {
      for (let r = row; r < row + 4; r++) {
        if (load<u8>(missing + <usize>r) === 0) {
          addColumns(x + <usize>r * stride, first, last, shift, sums, squares);
        }
      }
    }
  }
  for (; row < rows; row++) {
    if (missing !== 0 && load<u8>(missing + <usize>row) !== 0) continue;
    addColumns(x + <usize>row * stride, first, last, shift, sums, squares);
  }
}

function addFourRows(
  from: usize,
  stride: usize,
  first: i32,
  last: i32,
  shift: usize,
  sums: usize,
  squares: usize,
): void {
  let column = first;
  for (; column + 4 <= last; column += 4) {
    const at = (<usize>column) << 3;
    const low = shift === 0 ? f64x2.splat(0) : v128.load(shift + at);
    const high = shift === 0 ? low : v128.load(shift + at, 16);
    let sumLow = v128.load(sums + at);
    let sumHigh = v128.load(sums + at, 16);
    let squareLow = v128.load(squares + at);
    let squareHigh = v128.load(squares + at, 16);
    let row = from + ((<usize>column) << 2);
    for (let r = 0; r < 4; r++) {
      const v = v128.load(row);
      const a = f64x2.sub(low64(v), low);
      const b = f64x2.sub(high64(v), high);
      sumLow = f64x2.add(sumLow, a);
      sumHigh = f64x2.add(sumHigh, b);
      squareLow = f64x2.add(squareLow, f64x2.mul(a, a));
      squareHigh = f64x2.add(squareHigh, f64x2.mul(b, b));
      row += stride;
    }
    v128.store(sums + at, sumLow);
    v128.store(sums + at, sumHigh, 16);
    v128.store(squares + at, squareLow);
    v128.store(squares + at, squareHigh, 16);
  }
  for (let r: usize = 0; r < 4; r++) addColumns(from + r * stride, column, last, shift, sums, squares);
}

function addColumns(from: usize, first: i32, last: i32, shift: usize, sums: usize, squares: usize): void {
  for (let column = first; column < last; column++) {
    const at = (<usize>column) << 3;
    const v = <f64>load<f32>(from + ((<usize>column) << 2)) - (shift === 0 ? 0 : load<f64>(shift + at));
    store<f64>(sums + at, load<f64>(sums + at) + v);
    store<f64>(squares + at, load<f64>(squares + at) + v * v);
  }
}

/**
 * x = (x - shift) * scale, then, with `unit`, divided by the row's norm; computed in float64 and rounded once.
 * `shift`, `scale`, `missing` and `factors` may be 0; entries of `factors` that are 0 are filled in.
 */
export function transformRows(
  x: usize,
  rows: i32,
  columns: i32,
  shift: usize,
  scale: usize,
  unit: bool,
  missing: usize,
  factors: usize,
): void {
  const stride = (<usize>columns) << 2;
  for (let row = 0; row < rows; row++) {
    const at = x + <usize>row * stride;
    if (missing !== 0 && load<u8>(missing + <usize>row) !== 0) {
      memory.fill(at, 0, stride);
      continue;
    }
    const known = factors + ((<usize>row) << 3);
    let factor: f64 = unit ? (factors === 0 ? 0 : load<f64>(known)) : 1;
    if (factor === 0) {
      const norm = sqrt<f64>(squaredNorm(at, columns, shift, scale));
      factor = norm === 0 ? 1 : 1 / norm;
      if (factors !== 0) store<f64>(known, factor);
    }
    writeRow(at, columns, shift, scale, factor);
  }
}

function moved(v: v128, at: usize, shift: usize, scale: usize): v128 {
  if (shift !== 0) v = f64x2.sub(v, v128.load(shift + at));
  if (scale !== 0) v = f64x2.mul(v, v128.load(scale + at));
  return v;
}

function movedOne(v: f64, at: usize, shift: usize, scale: usize): f64 {
  if (shift !== 0) v -= load<f64>(shift + at);
  if (scale !== 0) v *= load<f64>(scale + at);
  return v;
}

function squaredNorm(from: usize, columns: i32, shift: usize, scale: usize): f64 {
  let low = f64x2.splat(0);
  let high = low;
  let column = 0;
  for (; column + 4 <= columns; column += 4) {
    const v = v128.load(from + ((<usize>column) << 2));
    const at = (<usize>column) << 3;
    const a = moved(low64(v), at, shift, scale);
    const b = moved(high64(v), at + 16, shift, scale);
    low = f64x2.add(low, f64x2.mul(a, a));
    high = f64x2.add(high, f64x2.mul(b, b));
  }
  let sum = sum64(f64x2.add(low, high));
  for (; column < columns; column++) {
    const v = movedOne(<f64>load<f32>(from + ((<usize>column) << 2)), (<usize>column) << 3, shift, scale);
    sum += v * v;
  }
  return sum;
}

function writeRow(to: usize, columns: i32, shift: usize, scale: usize, factor: f64): void {
  const f = f64x2.splat(factor);
  let column = 0;
  for (; column + 4 <= columns; column += 4) {
    const v = v128.load(to + ((<usize>column) << 2));
    const at = (<usize>column) << 3;
    const a = f32x4.demote_f64x2_zero(f64x2.mul(moved(low64(v), at, shift, scale), f));
    const b = f32x4.demote_f64x2_zero(f64x2.mul(moved(high64(v), at + 16, shift, scale), f));
    v128.store(to + ((<usize>column) << 2), v128.shuffle<i64>(a, b, 0, 2));
  }
  for (; column < columns; column++) {
    const at = to + ((<usize>column) << 2);
    store<f32>(at, <f32>(movedOne(<f64>load<f32>(at), (<usize>column) << 3, shift, scale) * factor));
  }
}

/** Squared norms above this are exact enough although tiny squares underflow in float32. */
const LEAST_SQUARE: f64 = 1e-20;

/** L2 norm of each row, summed in float64 where float32 squares would overflow or vanish. */
export function rowNorms(x: usize, rows: i32, columns: i32, out: usize): void {
  for (let row = 0; row < rows; row++) {
    let squares = squaredLength(x, columns);
    if (!(squares > LEAST_SQUARE && squares < Infinity)) squares = squaredNorm(x, columns, 0, 0);
    store<f32>(out, <f32>sqrt<f64>(squares));
    x += (<usize>columns) << 2;
    out += 4;
  }
}

/** Multiplies each row with its factor, or all with `factor` when `factors` is 0. */
export function scaleRows(x: usize, rows: i32, columns: i32, factors: usize, factor: f32): void {
  for (let row = 0; row < rows; row++) {
    if (factors !== 0) factor = load<f32>(factors + ((<usize>row) << 2));
    const s = f32x4.splat(factor);
    const end = x + ((<usize>columns & ~3) << 2);
    for (; x < end; x += 16) v128.store(x, f32x4.mul(s, v128.load(x)));
    for (let rest = columns & 3; rest > 0; rest--) {
      store<f32>(x, factor * load<f32>(x));
      x += 4;
    }
  }
}

/** y = y + alpha * x, row by row; `y` points at the first changed column, and its rows are `stride` bytes apart. */
export function addScaled(y: usize, stride: usize, x: usize, rows: i32, columns: i32, alpha: f32): void {
  const s = f32x4.splat(alpha);
  for (let row = 0; row < rows; row++) {
    let to = y + <usize>row * stride;
    const end = to + ((<usize>columns & ~3) << 2);
    for (; to < end; to += 16) {
      v128.store(to, madd(s, v128.load(x), v128.load(to)));
      x += 16;
    }
    for (let rest = columns & 3; rest > 0; rest--) {
      store<f32>(to, load<f32>(to) + alpha * load<f32>(x));
      to += 4;
      x += 4;
    }
  }
}
