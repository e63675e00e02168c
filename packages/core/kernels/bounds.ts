import { squaredDistance } from "./distances.ts";
import { type Pass, RELATIVE } from "./pass.ts";

// A row's bounds, in float32 rounded to the safe side: `upper` is at least its distance to its own centroid, and for each group
// of centroids, a few panels wide, `lowers` holds at most the distance to any other of the group. A group whose bound is above
// `upper` holds no nearer centroid, and is closed to the row. There are at most 64 groups, so that a word says which are open.
// With one group these are the bounds of Hamerly (2010), with several those of Ding et al. (2015, Yinyang), and with a group for
// each centroid those of Elkan (2003; nearest-within.ts), whose number has no limit.

/** More than the roundings of float64 and one of float32. */
const MARGIN: f64 = 2.4e-7;
/** Above the float32 numbers that have fewer bits, whose roundings are no share of them. */
const LEAST: f64 = 1e-37;

export function roundedUp(value: f64): f32 {
  const above = value * (1 + MARGIN);
  return <f32>(above > LEAST ? above : LEAST);
}

/** At most `value`, and not below 0; 0 for NaN. */
export function roundedDown(value: f64): f32 {
  return value > LEAST ? <f32>(value * (1 - MARGIN)) : 0;
}

/** The roots of four float32 sums, as {@link roundedDown}; more than the roundings of the sums, too. */
export function rootsRoundedDown(squared: v128): v128 {
  const roots = f32x4.sqrt(f32x4.pmax(f32x4.splat(0), squared));
  return f32x4.mul(roots, f32x4.splat(<f32>(1 - MARGIN)));
}

/** The address of a row's bounds for all groups. */
export function lowersOf(pass: Pass, row: u32): usize {
  return pass.lowers + <usize>row * ((<usize>pass.groups) << 2);
}

/** A bit for each group, 1 where it is open to a row; one bit for all centroids where each has a bound, since all are scored then. */
export function openGroups(pass: Pass, row: u32): u64 {
  if (pass.groupClusters === 1) return 1;
  const lowers = lowersOf(pass, row);
  const upper = v128.load_splat<f32>(pass.upper + ((<usize>row) << 2));
  let open: u64 = 0;
  for (let at = (<usize>pass.groups) << 2; at > 0; ) {
    at -= 16;
    const closed = i32x4.bitmask(f32x4.gt(v128.load(lowers + at), upper));
    open = (open << 4) | <u64>(closed ^ 15);
  }
  return open;
}

/** Takes a squared distance. If it is too large to be sure of, every group stays open. */
export function setUpper(pass: Pass, row: u32, squared: f64): void {
  store<f32>(
    pass.upper + ((<usize>row) << 2),
    squared < 1e37 ? roundedUp(squared > 0 ? sqrt<f64>(squared) : 0) : Infinity,
  );
}

/** Moves a labeled row's bounds by the drift of the centroids; the least of the four lanes returned is the least lower bound. */
export function moveBounds(pass: Pass, row: u32, label: i32): v128 {
  const lowers = lowersOf(pass, row);
  const own = ownLower(pass, row, label);
  const others = moved(
    f32x4.splat(load<f32>(own)),
    v128.load_splat<f32>(pass.othersDrift + ((<usize>label) << 2)),
  );
  store<f32>(own, Infinity);
  let least = others;
  const bytes = (<usize>pass.groups) << 2;
  for (let g: usize = 0; g < bytes; g += 16) {
    const lower = moved(v128.load(lowers + g), v128.load(pass.groupDrift + g));
    v128.store(lowers + g, lower);
    least = f32x4.pmin(least, lower);
  }
  store<f32>(own, f32x4.extract_lane(others, 0));
  const drift = load<f64>(pass.drift + ((<usize>label) << 3));
  const at = pass.upper + ((<usize>row) << 2);
  store<f32>(at, roundedUp(<f64>load<f32>(at) + drift));
  return least;
}

/**
 * Moves a labeled row's bounds. Returns whether its label can have changed; the group of its own centroid is open then. `x` is the
 * row, for its distance to its own centroid, or 0 where that is not computed.
 */
export function isDoubtful(pass: Pass, row: u32, label: i32, x: usize): bool {
  const least = moveBounds(pass, row, label);
  const at = pass.upper + ((<usize>row) << 2);
  if (isBelow(load<f32>(at), least)) return false;
  if (x !== 0) {
    const centroid = pass.centroids + <usize>label * ((<usize>pass.columns) << 2);
    setUpper(pass, row, squaredDistance(x, centroid, pass.columns) * (1 + RELATIVE) + pass.tiny);
    if (isBelow(load<f32>(at), least)) return false;
  }
  store<f32>(ownLower(pass, row, label), 0);
  return true;
}

/** The address of a row's bound for the group of its own centroid. */
function ownLower(pass: Pass, row: u32, label: i32): usize {
  return lowersOf(pass, row) + ((<usize>(<u32>label / pass.groupClusters)) << 2);
}

/** Bounds less a drift, 0 for NaN; a product takes more than the rounding of the difference. */
function moved(lower: v128, drift: v128): v128 {
  const difference = f32x4.pmax(f32x4.splat(0), f32x4.sub(lower, drift));
  return f32x4.mul(difference, f32x4.splat(<f32>(1 - MARGIN)));
}

/** Whether an upper bound is below four lower ones. */
export function isBelow(upper: f32, lowers: v128): bool {
  return v128.all_true<i32>(f32x4.lt(f32x4.splat(upper), lowers));
}
