import { WellbegunError } from "@wellbegun/core";
import { createRandom } from "@wellbegun/core/support";

/** A difference of means with what resampling says of it. */
export interface PairedDifference {
  /** Mean of a - b. */
  readonly difference: number;
  /** The 95 % percentile interval of the difference over resampled units. */
  readonly low: number;
  readonly high: number;
  /** Whether the interval leaves out 0. */
  readonly distinguishable: boolean;
}

/**
 * Whether one result is better than another on the same units (users), by the paired percentile bootstrap (Efron and
 * Tibshirani 1993): units are drawn with replacement, both results of a unit together.
 *
 * @param a One value a unit.
 * @param b The other result of the same units, in the same order.
 * @param seed Default: 999.
 * @param resamples Default: 2000.
 * @throws {WellbegunError} `mismatch` if the two differ in length or are empty.
 */
export function pairedBootstrap(
  a: ArrayLike<number>,
  b: ArrayLike<number>,
  seed: number = 999,
  resamples: number = 2000,
): PairedDifference {
  if (a.length !== b.length || a.length === 0) {
    throw new WellbegunError("mismatch", {
      doing: "comparing two results unit by unit",
      expected: "as many values of both, at least one",
      found: `${a.length} and ${b.length}`,
    });
  }
  const random = createRandom(seed, "tune/bootstrap");
  const differences = Float64Array.from({ length: a.length }, (_, unit) => a[unit]! - b[unit]!);
  const means = new Float64Array(resamples);
  for (let r = 0; r < resamples; r++) {
    let sum = 0;
    for (let n = 0; n < differences.length; n++) sum += differences[random.integer(differences.length)]!;
    means[r] = sum / differences.length;
  }
  means.sort();
  const low = means[Math.floor(0.025 * (resamples - 1))]!;
  const high = means[Math.ceil(0.975 * (resamples - 1))]!;
  const difference = differences.reduce((sum, value) => sum + value, 0) / differences.length;
  return { difference, low, high, distinguishable: low > 0 || high < 0 };
}
