import { exp32 } from "./exponential.ts";
import { TILE_COLUMNS } from "./layout.ts";
import { multiplyRows } from "./multiply.ts";
import { high64, low64, sum64 } from "./simd.ts";

/**
 * Rows `first ..` of InfoNCE's gradient by a, `da`, and by a v^T, `panel`, from rows of `a`. `v` holds n rows of `width` values, packed
 * twice: as the right side of a v^T, and of the product with v. `counts` (f32) says how often each row stands in the batch; `scale`
 * is 1 / (total t), `sharpness` is 1 / t.
 *
 * T_rs = (c_r c_s e^{L_rs} / z_r - c_r [r = s]) scale, L = a v^T / t, z_r = sum_s c_s e^{L_rs}, da = T v.
 *
 * Writes z_r and L_rr (f64 each) of each row to `results`.
 */
export function infoNceRows(
  a: usize,
  rows: i32,
  width: i32,
  vRows: usize,
  vColumns: usize,
  n: i32,
  first: i32,
  counts: usize,
  sharpness: f32,
  scale: f64,
  results: usize,
  panel: usize,
  da: usize,
): void {
  const stride = (<usize>width) << 2;
  const panelStride = (<usize>n) << 2;
  multiplyRows(a, stride, rows, width, vRows, whole(n), n, panel, panelStride, false);
  slopes(panel, rows, n, first, counts, sharpness, scale, results);
  multiplyRows(panel, panelStride, rows, n, vColumns, whole(width), width, da, stride, false);
}

/** Columns of packed panels. */
function whole(columns: i32): i32 {
  return (columns + TILE_COLUMNS - 1) & ~(TILE_COLUMNS - 1);
}

/** Turns rows of a v^T into those of T, in place. */
function slopes(
  panel: usize,
  rows: i32,
  columns: i32,
  first: i32,
  counts: usize,
  sharpness: f32,
  scale: f64,
  results: usize,
): void {
  const stride = (<usize>columns) << 2;
  for (let row = 0; row < rows; row++) {
    const own = panel + ((<usize>(first + row)) << 2);
    const count = load<f32>(counts + ((<usize>(first + row)) << 2));
    store<f64>(results, <f64>load<f32>(own) * <f64>sharpness, 8);
    const sum = exponentials(panel, columns, counts, sharpness);
    store<f64>(results, sum);
    multiplyRow(panel, columns, <f32>((<f64>count * scale) / sum));
    store<f32>(own, load<f32>(own) - <f32>(<f64>count * scale));
    panel += stride;
    results += 16;
  }
}

/** x = count e^{sharpness x} for each value of a row; returns their sum. */
function exponentials(x: usize, columns: i32, counts: usize, sharpness: f32): f64 {
  let low = f64x2.splat(0);
  let high = low;
  const s = f32x4.splat(sharpness);
  const end = x + ((<usize>columns & ~3) << 2);
  while (x < end) {
    const e = f32x4.mul(v128.load(counts), exp32(f32x4.mul(s, v128.load(x))));
    v128.store(x, e);
    low = f64x2.add(low, low64(e));
    high = f64x2.add(high, high64(e));
    x += 16;
    counts += 16;
  }
  let sum = sum64(f64x2.add(low, high));
  for (let rest = columns & 3; rest > 0; rest--) {
    const e = load<f32>(counts) * f32x4.extract_lane(exp32(f32x4.splat(sharpness * load<f32>(x))), 0);
    store<f32>(x, e);
    sum += <f64>e;
    x += 4;
    counts += 4;
  }
  return sum;
}

function multiplyRow(x: usize, columns: i32, factor: f32): void {
  const f = f32x4.splat(factor);
  const end = x + ((<usize>columns & ~3) << 2);
  for (; x < end; x += 16) v128.store(x, f32x4.mul(f, v128.load(x)));
  for (let rest = columns & 3; rest > 0; rest--) {
    store<f32>(x, factor * load<f32>(x));
    x += 4;
  }
}

/**
 * The gradient through rows that were divided by their norms, in place: dx = (dy - (y . dy) y) weight / norm, with
 * norms of at least 1e-12.
 */
export function throughUnit(dy: usize, y: usize, norms: usize, rows: i32, columns: i32, weight: f64): void {
  for (let row = 0; row < rows; row++) {
    const along = f32x4.splat(<f32>dot(dy, y, columns));
    const factor = <f32>(weight / max<f64>(<f64>load<f32>(norms), 1e-12));
    const f = f32x4.splat(factor);
    const end = dy + ((<usize>columns & ~3) << 2);
    while (dy < end) {
      v128.store(dy, f32x4.mul(f, f32x4.sub(v128.load(dy), f32x4.mul(along, v128.load(y)))));
      dy += 16;
      y += 16;
    }
    for (let rest = columns & 3; rest > 0; rest--) {
      store<f32>(dy, factor * (load<f32>(dy) - f32x4.extract_lane(along, 0) * load<f32>(y)));
      dy += 4;
      y += 4;
    }
    norms += 4;
  }
}

function dot(a: usize, b: usize, columns: i32): f64 {
  let low = f64x2.splat(0);
  let high = low;
  const end = a + ((<usize>columns & ~3) << 2);
  while (a < end) {
    const x = v128.load(a);
    const y = v128.load(b);
    low = f64x2.add(low, f64x2.mul(low64(x), low64(y)));
    high = f64x2.add(high, f64x2.mul(high64(x), high64(y)));
    a += 16;
    b += 16;
  }
  let sum = sum64(f64x2.add(low, high));
  for (let rest = columns & 3; rest > 0; rest--) {
    sum += <f64>load<f32>(a) * <f64>load<f32>(b);
    a += 4;
    b += 4;
  }
  return sum;
}
