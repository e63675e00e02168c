/**
 * Whether a candidate is no better than the present choice, as far as the judged users can tell (the one-standard-error rule,
 * Breiman et al. 1984): its mean is higher by at most one standard error of the users' paired differences.
 *
 * @param candidate One value for each user.
 * @param present The values of the same users.
 */
export function isWithinOneStandardError(candidate: Float64Array, present: Float64Array): boolean {
  const n = present.length;
  let sum = 0;
  let squares = 0;
  for (let u = 0; u < n; u++) {
    const difference = candidate[u]! - present[u]!;
    sum += difference;
    squares += difference * difference;
  }
  const mean = sum / n;
  return mean <= Math.sqrt(Math.max(0, squares / n - mean * mean) / n);
}
