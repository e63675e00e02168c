import { blockScores, INTEGER_DEPTH, packedRows, TILE_COLUMNS, TILE_ROWS } from "./layout.ts";
import type { Pass } from "./pass.ts";
import { integerFactor, quantizeFour } from "./quantize.ts";

/** Norms outside of this range have no factor, so that no float32 here overflows or vanishes. */
const SMALLEST: f64 = 1e-12;
const LARGEST: f64 = 1e12;

/**
 * Products of up to `blockRows` listed rows, less the origin, with all centroids, from 16-bit integers of both: twice as many a
 * step as in float32, and sums in 32 bits are exact. Rows become integers as they are packed. A row whose norm does not suit gets
 * NaN, so that its distances decide.
 */
export function integerScores(pass: Pass, block: usize, rows: i32): void {
  const columns = <i32>pass.depth;
  const scores = (<usize>pass.padded) << 2;
  for (let start = 0; start < columns; start += INTEGER_DEPTH) {
    const depth = min<i32>(columns - start, INTEGER_DEPTH);
    const pairs = (depth + 1) >> 1;
    const from = pass.coordinates + ((<usize>start) << 2);
    const origin = pass.origin + ((<usize>start) << 2);
    let to = packedRows();
    for (let r = 0; r < rows; r += TILE_ROWS) {
      const a = load<u32>(block + ((<usize>r) << 2));
      const b = load<u32>(block + ((<usize>min<i32>(r + 1, rows - 1)) << 2));
      const c = load<u32>(block + ((<usize>min<i32>(r + 2, rows - 1)) << 2));
      const d = load<u32>(block + ((<usize>min<i32>(r + 3, rows - 1)) << 2));
      quantizeFour(
        from + <usize>a * pass.stride,
        from + <usize>b * pass.stride,
        from + <usize>c * pass.stride,
        from + <usize>d * pass.stride,
        origin,
        depth,
        integerFactor(normOf(pass, a)),
        integerFactor(normOf(pass, b)),
        integerFactor(normOf(pass, c)),
        integerFactor(normOf(pass, d)),
        to,
        16,
      );
      to += (<usize>pairs) << 4;
    }
    let panel = pass.panels + <usize>start * ((<usize>pass.padded) << 1);
    for (let k: usize = 0; k < <usize>pass.padded; k += TILE_COLUMNS) {
      let quad = packedRows();
      let out = blockScores() + (k << 2);
      for (let r = 0; r < rows; r += TILE_ROWS) {
        integerTile(quad, panel, pairs, out, scores, start > 0);
        quad += (<usize>pairs) << 4;
        out += TILE_ROWS * scores;
      }
      panel += (<usize>pairs) << 5;
    }
  }
  for (let r = 0; r < rows; r++) {
    const norm = normOf(pass, load<u32>(block + ((<usize>r) << 2)));
    const suits = norm >= SMALLEST && norm <= LARGEST;
    const unit = suits ? <f32>(1 / <f64>integerFactor(norm)) : NaN;
    toFloats(blockScores() + <usize>r * scores, scores, f32x4.splat(unit), pass.units);
  }
}

function normOf(pass: Pass, row: u32): f64 {
  return load<f64>(pass.norms + ((<usize>row) << 3));
}

/** Sums of 4 rows x 8 columns over `pairs` pairs of integers. */
function integerTile(a: usize, b: usize, pairs: i32, out: usize, stride: usize, add: bool): void {
  let c00 = i32x4.splat(0);
  let c01 = c00;
  let c10 = c00;
  let c11 = c00;
  let c20 = c00;
  let c21 = c00;
  let c30 = c00;
  let c31 = c00;
  const end = b + ((<usize>pairs) << 5);
  while (b < end) {
    const b0 = v128.load(b);
    const b1 = v128.load(b, 16);
    let x = v128.load_splat<i32>(a);
    c00 = i32x4.add(c00, i32x4.dot_i16x8_s(x, b0));
    c01 = i32x4.add(c01, i32x4.dot_i16x8_s(x, b1));
    x = v128.load_splat<i32>(a, 4);
    c10 = i32x4.add(c10, i32x4.dot_i16x8_s(x, b0));
    c11 = i32x4.add(c11, i32x4.dot_i16x8_s(x, b1));
    x = v128.load_splat<i32>(a, 8);
    c20 = i32x4.add(c20, i32x4.dot_i16x8_s(x, b0));
    c21 = i32x4.add(c21, i32x4.dot_i16x8_s(x, b1));
    x = v128.load_splat<i32>(a, 12);
    c30 = i32x4.add(c30, i32x4.dot_i16x8_s(x, b0));
    c31 = i32x4.add(c31, i32x4.dot_i16x8_s(x, b1));
    a += 16;
    b += 32;
  }
  storeRow(out, c00, c01, add);
  storeRow(out + stride, c10, c11, add);
  storeRow(out + 2 * stride, c20, c21, add);
  storeRow(out + 3 * stride, c30, c31, add);
}

function storeRow(out: usize, low: v128, high: v128, add: bool): void {
  if (add) {
    low = i32x4.add(v128.load(out), low);
    high = i32x4.add(v128.load(out, 16), high);
  }
  v128.store(out, low);
  v128.store(out, high, 16);
}

/** Sums of integers as products: times the row's unit and each centroid's. */
function toFloats(scores: usize, bytes: usize, unit: v128, units: usize): void {
  for (let at: usize = 0; at < bytes; at += 16) {
    const sum = f32x4.convert_i32x4_s(v128.load(scores + at));
    v128.store(scores + at, f32x4.mul(sum, f32x4.mul(unit, v128.load(units + at))));
  }
}
