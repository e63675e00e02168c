/** The largest difference of two tables, in units of the largest entry of the expected one. */
export function largestDifference(found: ArrayLike<number>, expected: ArrayLike<number>): number {
  if (found.length !== expected.length) return Number.POSITIVE_INFINITY;
  let [difference, largest] = [0, 0];
  for (let i = 0; i < expected.length; i++) {
    largest = Math.max(largest, Math.abs(expected[i]!));
    const off = Math.abs(found[i]! - expected[i]!);
    // NaN is as far off as can be.
    difference = off <= difference ? difference : Number.isNaN(off) ? Number.POSITIVE_INFINITY : off;
  }
  return largest === 0 ? difference : difference / largest;
}
