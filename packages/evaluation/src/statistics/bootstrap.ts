import { WellbegunError } from "@wellbegun/core";
import { createRandom, describe } from "@wellbegun/core/support";

/** The 95 % percentile interval of a mean over resampled units. */
export interface Interval {
  readonly low: number;
  readonly high: number;
}

/** A difference of means, with its bootstrap interval. */
export interface PairedDifference extends Interval {
  /** Mean of a - b. */
  readonly difference: number;
  /** Whether the interval excludes 0. */
  readonly distinguishable: boolean;
}

/** Options of {@link resampledMeans}. */
export interface ResampleOptions {
  /** Default: 999. */
  readonly seed?: number | undefined;
  /** Default: 2000. */
  readonly resamples?: number | undefined;
}

/**
 * The means of several results of the same units (users) over resamples of the units: the bootstrap (Efron and Tibshirani
 * 1993). Units are drawn with replacement, and every resample takes all results of a unit together, so that
 * differences of these means are paired. Time: units x resamples, and for each result its nonzero values x
 * resamples.
 *
 * @param results One value for each unit, in the same order.
 * @returns The means of each result, by resample.
 * @throws {WellbegunError} `mismatch` if the results differ in length or are empty; `invalid-option` unless `resamples` is a
 * whole number >= 1.
 */
export function resampledMeans(
  results: readonly ArrayLike<number>[],
  { seed = 999, resamples = 2000 }: ResampleOptions = {},
): Float64Array[] {
  const units = results[0]?.length ?? 0;
  if (units === 0 || results.some(({ length }) => length !== units)) {
    throw new WellbegunError("mismatch", {
      doing: "comparing results unit by unit",
      expected: "as many values of each, at least one",
      found: results.map(({ length }) => length).join(" and ") || "no result",
    });
  }
  if (!(Number.isSafeInteger(resamples) && resamples >= 1)) {
    const parts = { expected: "a whole number >= 1", found: describe(resamples), at: "resamples" };
    throw new WellbegunError("invalid-option", { doing: "comparing results unit by unit", ...parts });
  }
  const random = createRandom(seed, "bootstrap");
  const sparse = results.map(nonZero);
  const means = results.map(() => new Float64Array(resamples));
  const draws = new Uint32Array(units);
  for (let r = 0; r < resamples; r++) {
    draws.fill(0);
    for (let n = 0; n < units; n++) draws[random.integer(units)]!++;
    for (const [index, { places, values }] of sparse.entries()) {
      let sum = 0;
      for (let p = 0; p < places.length; p++) sum += draws[places[p]!]! * values[p]!;
      means[index]![r] = sum / units;
    }
  }
  return means;
}

/** The 95 % percentile interval of the means that {@link resampledMeans} returns. */
export function intervalOf(means: Float64Array): Interval {
  const sorted = means.toSorted();
  return {
    low: sorted[Math.floor(0.025 * (sorted.length - 1))]!,
    high: sorted[Math.ceil(0.975 * (sorted.length - 1))]!,
  };
}

/** A difference, from its resampled means. */
export function differenceOf(difference: number, means: Float64Array): PairedDifference {
  const { low, high } = intervalOf(means);
  return { difference, low, high, distinguishable: low > 0 || high < 0 };
}

/**
 * Whether one result is better than another on the same units (users), by the paired percentile bootstrap.
 *
 * @param a One value for each unit.
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
  return pairedBootstraps([[a, b]], { seed, resamples })[0]!;
}

/**
 * {@link pairedBootstrap} of several pairs of results, all of the same units (users), with the same figures: the units are
 * drawn once for all pairs, which is most of the time.
 *
 * @param pairs Two results each, with one value for each unit, in the same order.
 * @returns The difference of each pair, first minus second.
 * @throws {WellbegunError} `mismatch` if results differ in length or are empty; `invalid-option` unless `resamples` is a whole
 * number >= 1.
 */
export function pairedBootstraps(
  pairs: readonly (readonly [a: ArrayLike<number>, b: ArrayLike<number>])[],
  options: ResampleOptions = {},
): PairedDifference[] {
  if (pairs.length === 0) return [];
  // The differences themselves are resampled, so that results that differ by a constant have an interval of width 0.
  const differences = pairs.map(([a, b]) => differencesOf(a, b));
  const means = resampledMeans(differences, options);
  return differences.map((values, index) => differenceOf(meanOf(values), means[index]!));
}

function differencesOf(a: ArrayLike<number>, b: ArrayLike<number>): Float64Array {
  if (a.length === b.length && a.length > 0) return Float64Array.from(a, (value, unit) => value - b[unit]!);
  throw new WellbegunError("mismatch", {
    doing: "comparing two results unit by unit",
    expected: "as many values of both, at least one",
    found: `${a.length} and ${b.length}`,
  });
}

function meanOf(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function nonZero(values: ArrayLike<number>): { places: Uint32Array; values: Float64Array } {
  const places: number[] = [];
  for (let unit = 0; unit < values.length; unit++) if (values[unit] !== 0) places.push(unit);
  return { places: Uint32Array.from(places), values: Float64Array.from(places, (unit) => values[unit]!) };
}
