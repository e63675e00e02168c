import { squaredDistance } from "./distances.ts";
import { type Pass, RELATIVE } from "./pass.ts";
import { nearestExactly } from "./recheck.ts";

let computed: u32 = 0;

/** In place of a label: the row itself is needed and is not in memory. */
export const OPEN: i32 = -2;

/** Distances that this instance has computed so far, for rows that scores did not decide. */
export function distancesComputed(): u32 {
  return computed;
}

/**
 * Finds a row's label and sets its bounds. Each score q + 2 p, where p is the row's product with the negative
 * centroid, differs from the squared distance minus the row's spread by at most the error bound. Where the
 * intervals leave more than one centroid possible, distances decide, and float64 distances where those are too
 * close; without the row itself (`x` is 0), the row stays open. Replaces the products in `scores` by the
 * intervals' lower ends.
 */
export function settle(pass: Pass, row: u32, x: usize, scores: usize): i32 {
  const norm = load<f64>(pass.norms + ((<usize>row) << 3));
  const rest = load<f64>(pass.rests + ((<usize>row) << 3));
  const end = (<usize>pass.padded) << 2;
  const size = f32x4.splat(<f32>norm);
  const hidden = f32x4.splat(<f32>rest);
  const base = f32x4.splat(<f32>pass.base);
  let highest = f32x4.splat(Infinity);
  for (let k: usize = 0; k < end; k += 16) {
    const p = v128.load(scores + k);
    const s = f32x4.add(v128.load(pass.constants + k), f32x4.add(p, p));
    const inside = f32x4.mul(size, v128.load(pass.inside + k));
    const outside = f32x4.mul(hidden, v128.load(pass.outside + k));
    const error = f32x4.add(f32x4.add(outside, inside), base);
    v128.store(scores + k, f32x4.sub(s, error));
    // NaN is skipped here, and stays a candidate below.
    highest = f32x4.pmin(highest, f32x4.add(s, error));
  }
  const sound = pass.reach * norm + pass.largest < 1e38;
  const limit = sound ? least(highest) : <f32>Infinity;

  const limits = f32x4.splat(limit);
  let others = f32x4.splat(Infinity);
  let label = -1;
  let candidates = 0;
  for (let k: usize = 0; k < end; k += 16) {
    const low = v128.load(scores + k);
    const above = f32x4.gt(low, limits);
    others = f32x4.pmin(others, v128.bitselect(low, others, above));
    const open = i32x4.bitmask(above) ^ 15;
    if (open === 0) continue;
    if (label < 0) label = <i32>(k >> 2) + ctz<i32>(open);
    candidates += popcnt<i32>(open);
  }
  const other = <f64>least(others);
  if (candidates > 1 || limit === Infinity)
    return x === 0 ? OPEN : compare(pass, row, x, scores, limit, other);

  const at = (<usize>label) << 2;
  const error =
    rest * <f64>load<f32>(pass.outside + at) + norm * <f64>load<f32>(pass.inside + at) + pass.base;
  const spread = load<f64>(pass.spreads + ((<usize>row) << 3));
  const own = <f64>load<f32>(scores + at) + 2.00001 * error;
  setBounds(
    pass,
    row,
    own + spread * (1 + RELATIVE) + pass.tiny,
    other + spread * (1 - RELATIVE) - pass.tiny,
  );
  return label;
}

/** The least of four lanes. */
function least(x: v128): f32 {
  const a = min<f32>(f32x4.extract_lane(x, 0), f32x4.extract_lane(x, 1));
  return min<f32>(a, min<f32>(f32x4.extract_lane(x, 2), f32x4.extract_lane(x, 3)));
}

/** Computes the distances to all centroids whose lower end does not exceed `limit`. */
function compare(pass: Pass, row: u32, x: usize, scores: usize, limit: f32, other: f64): i32 {
  const stride = (<usize>pass.columns) << 2;
  let label = -1;
  let best: f64 = Infinity;
  let second: f64 = Infinity;
  let twins = false;
  for (let k = 0; k < <i32>pass.clusters; k++) {
    const at = scores + ((<usize>k) << 2);
    if (load<f32>(at) > limit) {
      store<f32>(at, Infinity);
      continue;
    }
    if (load<u8>(pass.duplicates + <usize>k) !== 0) {
      twins = true;
      continue;
    }
    const distance = squaredDistance(x, pass.centroids + <usize>k * stride, pass.columns);
    computed++;
    store<f32>(at, <f32>distance);
    if (distance < best) {
      second = best;
      best = distance;
      label = k;
    } else if (distance < second) second = distance;
  }
  const upper = best * (1 + RELATIVE) + pass.tiny;
  let lower = second * (1 - RELATIVE) - pass.tiny;
  // Comparisons with NaN are false, so that the row stays undecided.
  const clear = upper < lower && best < 1e37;
  if (!clear) {
    const reach = best * (1 + 4 * RELATIVE) + 4 * pass.tiny;
    label = nearestExactly(
      x,
      pass.centroids,
      pass.columns,
      pass.clusters,
      scores,
      reach < 1e37 ? reach : <f64>Infinity,
      pass.duplicates,
    );
    lower = best * (1 - RELATIVE) - pass.tiny;
    setBounds(pass, row, reach, twins ? 0 : lower);
    return label;
  }
  const spread = load<f64>(pass.spreads + ((<usize>row) << 3));
  lower = min<f64>(lower, other + spread * (1 - RELATIVE) - pass.tiny);
  setBounds(pass, row, upper, twins ? 0 : lower);
  return label;
}

/** Takes squared bounds. If either overflowed, the bounds are useless, and the next pass visits the row again. */
function setBounds(pass: Pass, row: u32, upper: f64, lower: f64): void {
  store<f64>(pass.upper + ((<usize>row) << 3), sqrt<f64>(max<f64>(upper, 0)));
  const known = lower > 0 && lower < Infinity && upper < 1e37;
  store<f64>(pass.lower + ((<usize>row) << 3), known ? sqrt<f64>(lower) : 0);
}
