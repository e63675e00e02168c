import { lowersOf, openGroups, rootsRoundedDown, roundedDown, setUpper } from "./bounds.ts";
import { squaredDistance } from "./distances.ts";
import { type Pass, RELATIVE } from "./pass.ts";
import { integerUnit, inUnits } from "./quantize.ts";
import { nearestExactly } from "./recheck.ts";

let computed: u32 = 0;

/** In place of a label: the row itself is needed and is not in memory. */
export const OPEN: i32 = -2;

/** Distances that this instance has computed so far, for rows that scores did not decide. */
export function distancesComputed(): u32 {
  return computed;
}

/**
 * Finds a row's label and sets its bounds, from the products with the centroids of open groups, of which its own is one. Each
 * score q + 2 p, where p is the row's product with the negative centroid, differs from the squared distance minus the row's
 * spread by at most the error bound. Where the intervals leave more than one centroid possible, distances decide, and float64
 * distances where those are too close; without the row itself (`x` is 0), the row stays open. Replaces the products in `scores`
 * by the intervals' lower ends.
 */
export function settle(pass: Pass, row: u32, x: usize, scores: usize): i32 {
  const norm = load<f64>(pass.norms + ((<usize>row) << 3));
  const rest = load<f64>(pass.rests + ((<usize>row) << 3));
  const groups = openGroups(pass, row);
  const end = (<usize>pass.padded) << 2;
  const width = (<usize>pass.scoredClusters) << 2;
  const unit = f32x4.splat(pass.integers !== 0 ? integerUnit(norm) : 1);
  const size = f32x4.splat(<f32>norm);
  const hidden = f32x4.splat(<f32>rest);
  const base = f32x4.splat(<f32>pass.base);
  let highest = f32x4.splat(Infinity);
  for (let left = groups; left !== 0; left &= left - 1) {
    const first = <usize>ctz<u64>(left) * width;
    const stop = min<usize>(first + width, end);
    for (let k = first; k < stop; k += 16) {
      let p = v128.load(scores + k);
      if (pass.integers !== 0) p = inUnits(p, unit, v128.load(pass.units + k));
      const s = f32x4.add(v128.load(pass.constants + k), f32x4.add(p, p));
      const inside = f32x4.mul(size, v128.load(pass.inside + k));
      const outside = f32x4.mul(hidden, v128.load(pass.outside + k));
      const error = f32x4.add(f32x4.add(outside, inside), base);
      // NaN becomes a candidate, and never the highest.
      v128.store(scores + k, f32x4.pmax(f32x4.splat(-Infinity), f32x4.sub(s, error)));
      highest = f32x4.pmin(highest, f32x4.add(s, error));
    }
  }
  const sound = pass.reach * norm + pass.largest < 1e38;
  const limit = sound ? least(highest) : <f32>Infinity;

  const limits = f32x4.splat(limit);
  let label = -1;
  let candidates = 0;
  for (let left = groups; left !== 0; left &= left - 1) {
    const first = <usize>ctz<u64>(left) * width;
    const stop = min<usize>(first + width, end);
    for (let k = first; k < stop; k += 16) {
      const open = i32x4.bitmask(f32x4.gt(v128.load(scores + k), limits)) ^ 15;
      if (open === 0) continue;
      if (label < 0) label = <i32>(k >> 2) + ctz<i32>(open);
      candidates += popcnt<i32>(open);
    }
  }
  const spread = load<f64>(pass.spreads + ((<usize>row) << 3));
  if (candidates > 1 || limit === Infinity) {
    if (x === 0) return OPEN;
    label = compare(pass, row, x, scores, groups, limit, spread);
  } else {
    const at = (<usize>label) << 2;
    const error =
      rest * <f64>load<f32>(pass.outside + at) + norm * <f64>load<f32>(pass.inside + at) + pass.base;
    const own = <f64>load<f32>(scores + at) + 2.00001 * error;
    setUpper(pass, row, own + spread * (1 + RELATIVE) + pass.tiny);
  }

  // The row's own centroid does not count for the bound of its group.
  store<f32>(scores + ((<usize>label) << 2), Infinity);
  if (pass.groupClusters === 1) {
    if (sound) setLowers(pass, row, scores, below(spread * (1 - RELATIVE) - pass.tiny));
    return label;
  }
  for (let left = groups; left !== 0; left &= left - 1) {
    const first = <usize>ctz<u64>(left) * width;
    const stop = min<usize>(first + width, end);
    let lowest = f32x4.splat(Infinity);
    for (let k = first; k < stop; k += 16) lowest = f32x4.pmin(lowest, v128.load(scores + k));
    const at = lowersOf(pass, row) + ((<usize>ctz<u64>(left)) << 2);
    const squared = <f64>least(lowest) + spread * (1 - RELATIVE) - pass.tiny;
    store<f32>(at, sound ? roundedDown(sqrt<f64>(squared)) : 0);
  }
  return label;
}

/** Sets a row's bounds for each centroid from the lower ends of its scores. */
function setLowers(pass: Pass, row: u32, scores: usize, shared: f32): void {
  const lowers = lowersOf(pass, row);
  const bytes = (<usize>pass.groups) << 2;
  for (let k: usize = 0; k < bytes; k += 16) {
    v128.store(lowers + k, rootsRoundedDown(f32x4.add(v128.load(scores + k), f32x4.splat(shared))));
  }
}

/** The least of four lanes. */
function least(x: v128): f32 {
  const two = f32x4.pmin(x, v128.shuffle<i32>(x, x, 2, 3, 2, 3));
  return f32x4.extract_lane(f32x4.pmin(two, v128.shuffle<i32>(two, two, 1, 1, 1, 1)), 0);
}

/**
 * Computes the distances to all centroids of open groups whose lower end does not exceed `limit`; lower ends rise to them, and
 * those of closed groups to infinity.
 */
function compare(pass: Pass, row: u32, x: usize, scores: usize, groups: u64, limit: f32, spread: f64): i32 {
  const stride = (<usize>pass.columns) << 2;
  const shared = spread * (1 - RELATIVE) - pass.tiny;
  let label = -1;
  let best: f64 = Infinity;
  let second: f64 = Infinity;
  for (let first: u32 = 0, left = groups; first < pass.clusters; first += pass.scoredClusters, left >>= 1) {
    const end = min<u32>(first + pass.scoredClusters, pass.clusters);
    const closed = (left & 1) === 0;
    for (let k = first; k < end; k++) {
      const at = scores + ((<usize>k) << 2);
      if (closed) store<f32>(at, Infinity);
      if (closed || load<f32>(at) > limit || load<u8>(pass.duplicates + <usize>k) !== 0) continue;
      const distance = squaredDistance(x, pass.centroids + <usize>k * stride, pass.columns);
      computed++;
      store<f32>(at, below(distance * (1 - RELATIVE) - pass.tiny - shared));
      if (distance < best) {
        second = best;
        best = distance;
        label = <i32>k;
      } else if (distance < second) second = distance;
    }
  }
  // Comparisons with NaN are false, so that the row stays undecided.
  if (best * (1 + RELATIVE) + pass.tiny < second * (1 - RELATIVE) - pass.tiny && best < 1e37) {
    setUpper(pass, row, best * (1 + RELATIVE) + pass.tiny);
    return label;
  }
  const reach = best * (1 + 4 * RELATIVE) + 4 * pass.tiny;
  setUpper(pass, row, reach);
  const within = reach < 1e37 ? reach - shared : <f64>Infinity;
  return nearestExactly(x, pass.centroids, pass.columns, pass.clusters, scores, within, pass.duplicates);
}

/** A float32 below a float64 value. */
export function below(value: f64): f32 {
  return <f32>(value - abs<f64>(value) * 1.2e-7 - 1e-37);
}
