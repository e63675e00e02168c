import { sum32 } from "./simd.ts";

// The order in which a squared distance is summed: every computation of one must use this order, so that its
// bits depend on the row and the point alone. Sixteen columns go to four sums of four lanes each; the columns
// after the last sixteen follow one by one.

/** Bytes of the columns (256) whose squares are summed in float32 before the sum goes on in float64. */
export const CHUNK: usize = 256 * 4;

/** The sum of a chunk, from its four sums. */
export function sumChunk(s0: v128, s1: v128, s2: v128, s3: v128): f64 {
  return sum32(f32x4.add(f32x4.add(s0, s1), f32x4.add(s2, s3)));
}

/** Adds to `total` the columns after the last sixteen, which start at `a` and `b`. */
export function addRest(total: f64, a: usize, b: usize, columns: i32): f64 {
  for (let rest = columns & 15; rest > 0; rest--) {
    const d = <f64>load<f32>(a) - <f64>load<f32>(b);
    total += d * d;
    a += 4;
    b += 4;
  }
  return total;
}
