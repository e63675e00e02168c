import { blockDistances } from "./distance-block.ts";
import { addRest, CHUNK, sumChunk } from "./distance-sums.ts";
import { madd } from "./simd.ts";

/**
 * Up to this many columns, four points stay in the first-level cache while rows pass; wider points are taken
 * two at a time.
 */
const NARROW: i32 = 768;

/**
 * Squared Euclidean distance by differences, so equal rows have a distance of exactly 0. A sum of 22 roundings
 * at most, all of one sign: the relative error stays below 2e-6 (see assign.ts, which relies on that), and is
 * about 1e-7.
 */
export function squaredDistance(a: usize, b: usize, columns: i32): f64 {
  let total: f64 = 0;
  let left = (<usize>columns & ~15) << 2;
  while (left > 0) {
    const bytes = min<usize>(left, CHUNK);
    const end = a + bytes;
    let s0 = f32x4.splat(0);
    let s1 = s0;
    let s2 = s0;
    let s3 = s0;
    while (a < end) {
      const d0 = f32x4.sub(v128.load(a), v128.load(b));
      const d1 = f32x4.sub(v128.load(a, 16), v128.load(b, 16));
      const d2 = f32x4.sub(v128.load(a, 32), v128.load(b, 32));
      const d3 = f32x4.sub(v128.load(a, 48), v128.load(b, 48));
      s0 = madd(d0, d0, s0);
      s1 = madd(d1, d1, s1);
      s2 = madd(d2, d2, s2);
      s3 = madd(d3, d3, s3);
      a += 64;
      b += 64;
    }
    total += sumChunk(s0, s1, s2, s3);
    left -= bytes;
  }
  return addRest(total, a, b, columns);
}

/** Squared length of a row, as exact as {@link squaredDistance}. */
export function squaredLength(x: usize, columns: i32): f64 {
  let total: f64 = 0;
  let left = (<usize>columns & ~15) << 2;
  while (left > 0) {
    const bytes = min<usize>(left, CHUNK);
    const end = x + bytes;
    let s0 = f32x4.splat(0);
    let s1 = s0;
    let s2 = s0;
    let s3 = s0;
    while (x < end) {
      const v0 = v128.load(x);
      const v1 = v128.load(x, 16);
      const v2 = v128.load(x, 32);
      const v3 = v128.load(x, 48);
      s0 = madd(v0, v0, s0);
      s1 = madd(v1, v1, s1);
      s2 = madd(v2, v2, s2);
      s3 = madd(v3, v3, s3);
      x += 64;
    }
    total += sumChunk(s0, s1, s2, s3);
    left -= bytes;
  }
  for (let rest = columns & 15; rest > 0; rest--) {
    const v = <f64>load<f32>(x);
    total += v * v;
    x += 4;
  }
  return total;
}

/**
 * Squared distance of every row to every point: rows x count. Rows of a block lie a quarter or half of all rows
 * apart: each is then read from memory as one long run, which processors prefetch.
 */
export function squaredDistances(
  x: usize,
  rows: i32,
  columns: i32,
  points: usize,
  count: i32,
  out: usize,
): void {
  const stride = (<usize>columns) << 2;
  const line = (<usize>count) << 2;
  const quarter = rows >> 2;
  const half = 2 * quarter;
  const fours = columns <= NARROW ? count & ~3 : 0;
  const twos = count & ~1;
  for (let row = 0; row < half; row++) {
    for (let point = 0; point < fours; point += 4) {
      const p = points + <usize>point * stride;
      const to = out + <usize>row * line + ((<usize>point) << 2);
      blockDistances(p, stride, x + <usize>row * stride, half * stride, columns, to, 4, half * line);
    }
  }
  for (let row = 0; row < quarter; row++) {
    for (let point = fours; point < twos; point += 2) {
      const p = points + <usize>point * stride;
      const to = out + <usize>row * line + ((<usize>point) << 2);
      blockDistances(x + <usize>row * stride, quarter * stride, p, stride, columns, to, quarter * line, 4);
    }
  }
  for (let row = 0; row < rows; row++) {
    for (let point = row < 4 * quarter ? twos : 0; point < count; point++) {
      const distance = squaredDistance(x, points + <usize>point * stride, columns);
      store<f32>(out + ((<usize>point) << 2), <f32>distance);
    }
    x += stride;
    out += line;
  }
}

/** Squared distance of every row to the centroid of its label; 0 where the label is -1. */
export function assignedDistances(
  x: usize,
  rows: i32,
  columns: i32,
  centroids: usize,
  labels: usize,
  out: usize,
): void {
  const stride = (<usize>columns) << 2;
  for (let row = 0; row < rows; row++) {
    const label = load<i32>(labels + ((<usize>row) << 2));
    const d = label < 0 ? <f64>0 : squaredDistance(x, centroids + <usize>label * stride, columns);
    store<f32>(out + ((<usize>row) << 2), <f32>d);
    x += stride;
  }
}
