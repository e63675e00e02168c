import { addRest, CHUNK, sumChunk } from "./distance-sums.ts";
import { packedRows } from "./layout.ts";
import { madd } from "./simd.ts";

/** Pairs of a row and a point in a block: four rows, two points. */
const PAIRS: usize = 8;
/** Bytes of the four sums of one pair over a chunk. */
const SUMS: usize = 64;

/**
 * Squared distances of four rows, `apart` bytes from each other, to two points, with the bits of `squaredDistance`. That
 * keeps four sums a pair, and eight pairs would need more registers than there are: so each of the four has a pass of
 * its own over the chunk, which lies in the first-level cache by then. `line` is the bytes from one row of `out` to the
 * next.
 */
export function blockDistances(
  x: usize,
  apart: usize,
  points: usize,
  columns: i32,
  out: usize,
  line: usize,
): void {
  const stride = (<usize>columns) << 2;
  const sums = packedRows();
  const totals = sums + PAIRS * SUMS;
  for (let pair: usize = 0; pair < PAIRS; pair++) store<f64>(totals + (pair << 3), 0);

  let left = (<usize>columns & ~15) << 2;
  while (left > 0) {
    const bytes = min<usize>(left, CHUNK);
    for (let lanes: usize = 0; lanes < SUMS; lanes += 16) {
      addSquares(x + lanes, apart, points + lanes, stride, bytes, sums + lanes);
    }
    for (let pair: usize = 0; pair < PAIRS; pair++) {
      const s = sums + pair * SUMS;
      const to = totals + (pair << 3);
      const sum = sumChunk(v128.load(s), v128.load(s, 16), v128.load(s, 32), v128.load(s, 48));
      store<f64>(to, load<f64>(to) + sum);
    }
    x += bytes;
    points += bytes;
    left -= bytes;
  }

  for (let pair: usize = 0; pair < PAIRS; pair++) {
    const row = pair & 3;
    const point = pair >> 2;
    let total = load<f64>(totals + (pair << 3));
    // Most widths are multiples of 16, and a call costs narrow rows dear.
    if ((columns & 15) !== 0) total = addRest(total, x + row * apart, points + point * stride, columns);
    store<f32>(out + row * line + (point << 2), <f32>total);
  }
}

/** One of the four sums of four rows and two points, over `bytes` of each: eight registers of sums. */
function addSquares(x0: usize, apart: usize, p0: usize, stride: usize, bytes: usize, sums: usize): void {
  const end = x0 + bytes;
  let x1 = x0 + apart;
  let x2 = x1 + apart;
  let x3 = x2 + apart;
  let p1 = p0 + stride;
  let s00 = f32x4.splat(0);
  let s10 = s00;
  let s20 = s00;
  let s30 = s00;
  let s01 = s00;
  let s11 = s00;
  let s21 = s00;
  let s31 = s00;
  while (x0 < end) {
    const v0 = v128.load(x0);
    const v1 = v128.load(x1);
    const v2 = v128.load(x2);
    const v3 = v128.load(x3);
    const a = v128.load(p0);
    s00 = addSquare(v0, a, s00);
    s10 = addSquare(v1, a, s10);
    s20 = addSquare(v2, a, s20);
    s30 = addSquare(v3, a, s30);
    const b = v128.load(p1);
    s01 = addSquare(v0, b, s01);
    s11 = addSquare(v1, b, s11);
    s21 = addSquare(v2, b, s21);
    s31 = addSquare(v3, b, s31);
    x0 += 64;
    x1 += 64;
    x2 += 64;
    x3 += 64;
    p0 += 64;
    p1 += 64;
  }
  v128.store(sums, s00);
  v128.store(sums, s10, 64);
  v128.store(sums, s20, 128);
  v128.store(sums, s30, 192);
  v128.store(sums, s01, 256);
  v128.store(sums, s11, 320);
  v128.store(sums, s21, 384);
  v128.store(sums, s31, 448);
}

function addSquare(x: v128, point: v128, sum: v128): v128 {
  const d = f32x4.sub(x, point);
  return madd(d, d, sum);
}
