import { addRest, CHUNK, sumChunk } from "./distance-sums.ts";
import { packedRows } from "./layout.ts";
import { madd } from "./simd.ts";

/** Pairs in a block: four vectors with two others. */
const PAIRS: usize = 8;
/** Bytes of the four sums of one pair over a chunk. */
const SUMS: usize = 64;

/**
 * Squared distances between four vectors, `fourStep` bytes apart, and two, `twoStep` bytes apart: four rows and
 * two points, or four points and two rows. They go to `out`, `fourOut` and `twoOut` bytes apart, with the bits
 * of `squaredDistance`. Each pair needs four sums, and eight pairs would need more registers than exist. So
 * each of the four sums has its own pass over the chunk, which is then in the first-level cache.
 */
export function blockDistances(
  four: usize,
  fourStep: usize,
  two: usize,
  twoStep: usize,
  columns: i32,
  out: usize,
  fourOut: usize,
  twoOut: usize,
): void {
  const sums = packedRows();
  const totals = sums + PAIRS * SUMS;
  for (let pair: usize = 0; pair < PAIRS; pair++) store<f64>(totals + (pair << 3), 0);

  let left = (<usize>columns & ~15) << 2;
  while (left > 0) {
    const bytes = min<usize>(left, CHUNK);
    for (let lanes: usize = 0; lanes < SUMS; lanes += 16) {
      addSquares(four + lanes, fourStep, two + lanes, twoStep, bytes, sums + lanes);
    }
    for (let pair: usize = 0; pair < PAIRS; pair++) {
      const s = sums + pair * SUMS;
      const to = totals + (pair << 3);
      const sum = sumChunk(v128.load(s), v128.load(s, 16), v128.load(s, 32), v128.load(s, 48));
      store<f64>(to, load<f64>(to) + sum);
    }
    four += bytes;
    two += bytes;
    left -= bytes;
  }

  for (let pair: usize = 0; pair < PAIRS; pair++) {
    const i = pair & 3;
    const j = pair >> 2;
    let total = load<f64>(totals + (pair << 3));
    // Most widths are multiples of 16, and the call is expensive for narrow rows.
    if ((columns & 15) !== 0) total = addRest(total, four + i * fourStep, two + j * twoStep, columns);
    store<f32>(out + i * fourOut + j * twoOut, <f32>total);
  }
}

/** One of the four sums of all pairs, over `bytes` of each vector: eight registers of sums. */
function addSquares(x0: usize, xStep: usize, y0: usize, yStep: usize, bytes: usize, sums: usize): void {
  const end = x0 + bytes;
  let x1 = x0 + xStep;
  let x2 = x1 + xStep;
  let x3 = x2 + xStep;
  let y1 = y0 + yStep;
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
    const a = v128.load(y0);
    s00 = addSquare(v0, a, s00);
    s10 = addSquare(v1, a, s10);
    s20 = addSquare(v2, a, s20);
    s30 = addSquare(v3, a, s30);
    const b = v128.load(y1);
    s01 = addSquare(v0, b, s01);
    s11 = addSquare(v1, b, s11);
    s21 = addSquare(v2, b, s21);
    s31 = addSquare(v3, b, s31);
    x0 += 64;
    x1 += 64;
    x2 += 64;
    x3 += 64;
    y0 += 64;
    y1 += 64;
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

function addSquare(x: v128, y: v128, sum: v128): v128 {
  const d = f32x4.sub(x, y);
  return madd(d, d, sum);
}
