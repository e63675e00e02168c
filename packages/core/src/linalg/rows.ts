/** Product of row i of `a` and row j of `b`, both of width n; four sums, so that additions need not wait for each other. */
export function dotRows(a: Float64Array, i: number, b: Float64Array, j: number, n: number): number {
  const first = i * n;
  const second = j * n;
  let s0 = 0;
  let s1 = 0;
  let s2 = 0;
  let s3 = 0;
  let k = 0;
  for (; k + 3 < n; k += 4) {
    s0 += a[first + k]! * b[second + k]!;
    s1 += a[first + k + 1]! * b[second + k + 1]!;
    s2 += a[first + k + 2]! * b[second + k + 2]!;
    s3 += a[first + k + 3]! * b[second + k + 3]!;
  }
  for (; k < n; k++) s0 += a[first + k]! * b[second + k]!;
  return s0 + s1 + (s2 + s3);
}

/** Row i of `a` += factor * row j of `b`, both of width n. */
export function addScaledRow(
  a: Float64Array,
  i: number,
  factor: number,
  b: Float64Array,
  j: number,
  n: number,
): void {
  const first = i * n;
  const second = j * n;
  for (let k = 0; k < n; k++) a[first + k]! += factor * b[second + k]!;
}
