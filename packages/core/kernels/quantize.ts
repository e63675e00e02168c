import { blockScores, edgeTile } from "./layout.ts";
import { interleave } from "./pack.ts";

/**
 * Rows of float32 as 16-bit integers, packed for `screenItems`: `width` rows (4 users or 8 items) together, pair of values by
 * pair of values, so that a word of 32 bits holds two values of one row. A value is multiplied with its row's factor and
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
  const pairs = (depth + 1) >> 1;
  const bytes = (<usize>pairs) << 2;
  const scratch = blockScores();
  for (let row = 0; row < rows; row += width) {
    for (let four = 0; four < width; four += 4) {
      for (let r = 0; r < 4; r++) {
        const source = <usize>min<i32>(row + four + r, rows - 1);
        const factor = load<f32>(factors + source * step);
        quantizeRow(from + source * stride, depth, factor, scratch + <usize>r * bytes);
      }
      const second = scratch + bytes;
      const third = second + bytes;
      interleave(
        scratch,
        second,
        third,
        third + bytes,
        pairs,
        to + ((<usize>four) << 2),
        (<usize>width) << 2,
      );
    }
    to += <usize>width * bytes;
  }
}

function quantizeRow(from: usize, depth: i32, factor: f32, to: usize): void {
  const s = f32x4.splat(factor);
  const end = from + ((<usize>depth & ~7) << 2);
  for (; from < end; from += 32) {
    v128.store(to, rounded(f32x4.mul(s, v128.load(from)), f32x4.mul(s, v128.load(from, 16))));
    to += 16;
  }
  const rest = <usize>depth & 7;
  if (rest === 0) return;
  const last = edgeTile();
  memory.fill(last, 0, 32);
  memory.copy(last, from, rest << 2);
  v128.store(last, rounded(f32x4.mul(s, v128.load(last)), f32x4.mul(s, v128.load(last, 16))));
  memory.copy(to, last, ((rest + 1) >> 1) << 2);
}

/** Eight values as integers; NaN becomes 0. */
function rounded(low: v128, high: v128): v128 {
  return i16x8.narrow_i32x4_s(
    i32x4.trunc_sat_f32x4_s(f32x4.nearest(low)),
    i32x4.trunc_sat_f32x4_s(f32x4.nearest(high)),
  );
}
