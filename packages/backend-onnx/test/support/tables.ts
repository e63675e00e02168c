/** Largest difference of two tables, relative to the largest value of the second. */
export function largestDifference(found: ArrayLike<number>, expected: ArrayLike<number>): number {
  if (found.length !== expected.length) return Infinity;
  let difference = 0;
  let size = 0;
  for (let p = 0; p < expected.length; p++) {
    // Not Math.max, so that NaN is a difference.
    if (!(Math.abs(found[p]! - expected[p]!) <= difference)) difference = Math.abs(found[p]! - expected[p]!);
    size = Math.max(size, Math.abs(expected[p]!));
  }
  return size === 0 ? difference : difference / size;
}
