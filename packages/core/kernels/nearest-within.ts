import { isBelow, lowersOf, moveBounds, rootsRoundedDown, roundedDown, setUpper } from "./bounds.ts";
import { squaredDistance } from "./distances.ts";
import { fourProducts } from "./four-products.ts";
import { blockScores } from "./layout.ts";
import { type Pass, RELATIVE } from "./pass.ts";
import { nearestExactly } from "./recheck.ts";
import { below } from "./settle.ts";

/**
 * The label of a row that has a lower bound for each centroid (Elkan 2003). Products raise those that are not above its upper bound.
 * Where one still is not, the distance is computed, and the upper bound falls if the centroid is nearer. Float64 distances decide
 * between centroids that are too close.
 */
export function nearestWithin(pass: Pass, row: u32, label: i32, x: usize): i32 {
  const least = moveBounds(pass, row, label);
  const upper = pass.upper + ((<usize>row) << 2);
  if (isBelow(load<f32>(upper), least)) return label;
  let best = distanceTo(pass, x, label);
  setUpper(pass, row, best * (1 + RELATIVE) + pass.tiny);
  if (isBelow(load<f32>(upper), least)) return label;

  const lowers = lowersOf(pass, row);
  const count = listOpen(pass, lowers, load<f32>(upper), label);
  store<f32>(lowers + ((<usize>label) << 2), lowerOf(pass, best));
  // NaN is farther than any other.
  if (!(best < Infinity)) best = Infinity;
  let second: f64 = Infinity;
  for (let i = 0; i < count; i += 4) {
    const list = blockScores() + ((<usize>i) << 2);
    const raised = raiseFour(pass, row, x, list, lowers);
    let open = i32x4.bitmask(f32x4.gt(raised, v128.load_splat<f32>(upper))) ^ 15;
    open &= (1 << min<i32>(count - i, 4)) - 1;
    for (; open !== 0; open &= open - 1) {
      const k = load<u32>(list + ((<usize>ctz<i32>(open)) << 2));
      const distance = distanceTo(pass, x, k);
      store<f32>(lowers + ((<usize>k) << 2), lowerOf(pass, distance));
      if (distance < best) {
        second = best;
        best = distance;
        label = <i32>k;
        setUpper(pass, row, best * (1 + RELATIVE) + pass.tiny);
      } else if (distance < second) second = distance;
    }
  }
  // Comparisons with NaN are false, so that the row stays undecided.
  if (!(best * (1 + RELATIVE) + pass.tiny < second * (1 - RELATIVE) - pass.tiny && best < 1e37)) {
    setUpper(pass, row, best * (1 + 4 * RELATIVE) + 4 * pass.tiny);
    const limit = <f64>load<f32>(upper);
    label = nearestExactly(x, pass.centroids, pass.columns, pass.clusters, lowers, limit, pass.duplicates);
  }
  store<f32>(lowers + ((<usize>label) << 2), Infinity);
  return label;
}

/** Lists the centroids but `label` whose bound is not above `upper`; the last repeats up to a multiple of four. */
function listOpen(pass: Pass, lowers: usize, upper: f32, label: i32): i32 {
  const limits = f32x4.splat(upper);
  const list = blockScores();
  let count = 0;
  for (let first: u32 = 0; first < pass.clusters; first += 4) {
    let open = i32x4.bitmask(f32x4.gt(v128.load(lowers + ((<usize>first) << 2)), limits)) ^ 15;
    for (; open !== 0; open &= open - 1) {
      const k = first + ctz<i32>(open);
      if (k === <u32>label || k >= pass.clusters || load<u8>(pass.duplicates + <usize>k) !== 0) continue;
      store<u32>(list + ((<usize>count) << 2), k);
      count++;
    }
  }
  for (let i = count; (i & 3) !== 0; i++) {
    store<u32>(list + ((<usize>i) << 2), load<u32>(list + ((<usize>(count - 1)) << 2)));
  }
  return count;
}

/** Sets the bounds of four listed centroids by their products with the row; they err by at most inside * |x - o| + base. */
function raiseFour(pass: Pass, row: u32, x: usize, list: usize, lowers: usize): v128 {
  const norm = load<f64>(pass.norms + ((<usize>row) << 3));
  const spread = load<f64>(pass.spreads + ((<usize>row) << 3));
  const sound = pass.reach * norm + pass.largest < 1e38;
  const shared = sound ? below(spread * (1 - RELATIVE) - pass.tiny) : <f32>-Infinity;
  const a = (<usize>load<u32>(list)) << 2;
  const b = (<usize>load<u32>(list, 4)) << 2;
  const c = (<usize>load<u32>(list, 8)) << 2;
  const d = (<usize>load<u32>(list, 12)) << 2;
  const from = pass.centered;
  const columns = <usize>pass.columns;
  const p = fourProducts(
    x,
    from + a * columns,
    from + b * columns,
    from + c * columns,
    from + d * columns,
    pass.columns,
  );
  const s = f32x4.add(loadFour(pass.constants, a, b, c, d), f32x4.add(p, p));
  const inside = f32x4.mul(f32x4.splat(<f32>norm), loadFour(pass.inside, a, b, c, d));
  const error = f32x4.add(inside, f32x4.splat(<f32>pass.base));
  const raised = rootsRoundedDown(f32x4.add(f32x4.sub(s, error), f32x4.splat(shared)));
  v128.store_lane<f32>(lowers + a, raised, 0);
  v128.store_lane<f32>(lowers + b, raised, 1);
  v128.store_lane<f32>(lowers + c, raised, 2);
  v128.store_lane<f32>(lowers + d, raised, 3);
  return raised;
}

function loadFour(from: usize, a: usize, b: usize, c: usize, d: usize): v128 {
  let values = v128.load32_zero(from + a);
  values = v128.load_lane<f32>(from + b, values, 1);
  values = v128.load_lane<f32>(from + c, values, 2);
  return v128.load_lane<f32>(from + d, values, 3);
}

function distanceTo(pass: Pass, x: usize, k: u32): f64 {
  return squaredDistance(x, pass.centroids + <usize>k * ((<usize>pass.columns) << 2), pass.columns);
}

/** A lower bound from a computed squared distance. */
function lowerOf(pass: Pass, squared: f64): f32 {
  return roundedDown(sqrt<f64>(squared * (1 - RELATIVE) - pass.tiny));
}
