/** Sum of a[first + k] b[second + k] for k < count; uses four sums, so that additions can overlap. */
export function dot(a: Float64Array, first: number, b: Float64Array, second: number, count: number): number {
  let s0 = 0;
  let s1 = 0;
  let s2 = 0;
  let s3 = 0;
  let k = 0;
  for (; k + 3 < count; k += 4) {
    s0 += a[first + k]! * b[second + k]!;
    s1 += a[first + k + 1]! * b[second + k + 1]!;
    s2 += a[first + k + 2]! * b[second + k + 2]!;
    s3 += a[first + k + 3]! * b[second + k + 3]!;
  }
  for (; k < count; k++) s0 += a[first + k]! * b[second + k]!;
  return s0 + s1 + (s2 + s3);
}
