import { squaredDistance, squaredLength } from "./distances.ts";
import { blockScores, DEPTH, packedRows } from "./layout.ts";
import { interleave } from "./pack.ts";
import { nearestExactly } from "./recheck.ts";
import { tiles } from "./tile.ts";

/** What an assignment pass works on; src/backend/wasm/assign.ts writes it. All addresses are in bytes. */
// biome-ignore format: one field a line, with its offset
@unmanaged
export class Pass {
  columns: u32;       // 0
  clusters: u32;      // 4
  padded: u32;        // 8   clusters rounded up to the width of a panel
  first: u32;         // 12  1 at the first pass
  x: usize;           // 16
  centroids: usize;   // 20  float32, clusters x columns
  panels: usize;      // 24  centred centroids, packed as columns
  constants: usize;   // 28  float32, padded with infinity
  duplicates: usize;  // 32  1 where a lower centroid is the same
  labels: usize;      // 36  int32
  upper: usize;       // 40  float64: at least the distance to the row's own centroid
  lower: usize;       // 44  float64: at most the distance to any other
  norms: usize;       // 48  float64: at least the row's norm
  missing: usize;     // 52  uint8, or 0
  drift: usize;       // 56  float64 per cluster, rounded up
  work: usize;        // 60  uint32 per row
  movedRows: usize;   // 64  uint32 per row
  movedFrom: usize;   // 68  int32 per row
  movedCount: usize;  // 72  uint32 per chunk
  farthest: u32;      // 76  the centroid that moved most
  blockRows: u32;     // 80  rows whose scores fit the scratch memory, a multiple of 4
  unused: u32;        // 84
  largestDrift: f64;  // 88
  secondDrift: f64;   // 96
  slope: f64;         // 104 a score errs by at most slope * |x| + base
  base: f64;          // 112
  reach: f64;         // 120 no partial sum of a score exceeds reach * |x| + largest
  largest: f64;       // 128
  tiny: f64;          // 136 what underflow can take from a squared distance
}

/** Relative error of {@link squaredDistance} and {@link squaredLength}, with room to spare. */
const RELATIVE: f64 = 2e-6;
/** Above the rounding of thousands of float64 additions to a bound. */
const SLACK: f64 = 1 + 1e-9;

/** Rows `first .. last - 1` of a pass; the rows that changed are listed from `first` on, their number in `slot`. */
export function assignRows(address: usize, first: i32, last: i32, slot: i32): void {
  const pass = changetype<Pass>(address);
  const list = pass.work + ((<usize>first) << 2);
  const count = pass.first !== 0 ? listAll(pass, first, last, list) : listDoubtful(pass, first, last, list);
  let moved = 0;
  for (let start = 0; start < count; start += <i32>pass.blockRows) {
    const rows = min<i32>(count - start, <i32>pass.blockRows);
    const block = list + ((<usize>start) << 2);
    scoreBlock(pass, block, rows);
    for (let r = 0; r < rows; r++) {
      const row = load<u32>(block + ((<usize>r) << 2));
      const label = settle(pass, row, blockScores() + <usize>r * ((<usize>pass.padded) << 2));
      const at = pass.labels + ((<usize>row) << 2);
      const before = load<i32>(at);
      if (label === before) continue;
      store<i32>(at, label);
      store<u32>(pass.movedRows + ((<usize>first + moved) << 2), row);
      store<i32>(pass.movedFrom + ((<usize>first + moved) << 2), before);
      moved++;
    }
  }
  store<u32>(pass.movedCount + ((<usize>slot) << 2), moved);
}

function isMissing(pass: Pass, row: i32): bool {
  return pass.missing !== 0 && load<u8>(pass.missing + <usize>row) !== 0;
}

/** The first pass: every present row, and a bound on its norm. */
function listAll(pass: Pass, first: i32, last: i32, list: usize): i32 {
  const stride = (<usize>pass.columns) << 2;
  let count = 0;
  for (let row = first; row < last; row++) {
    if (isMissing(pass, row)) continue;
    const squared = squaredLength(pass.x + <usize>row * stride, pass.columns);
    store<f64>(pass.norms + ((<usize>row) << 3), sqrt<f64>(squared * (1 + RELATIVE) + pass.tiny));
    store<u32>(list + ((<usize>count) << 2), row);
    count++;
  }
  return count;
}

/**
 * Later passes (Hamerly 2010): the bounds are moved by the centroids' drift; a row whose upper bound, made exact if
 * need be, stays below its lower bound cannot change its label.
 */
function listDoubtful(pass: Pass, first: i32, last: i32, list: usize): i32 {
  let count = 0;
  for (let row = first; row < last; row++) {
    const label = load<i32>(pass.labels + ((<usize>row) << 2));
    if (label < 0) continue;
    const upperAt = pass.upper + ((<usize>row) << 3);
    const lowerAt = pass.lower + ((<usize>row) << 3);
    const upper = load<f64>(upperAt) + load<f64>(pass.drift + ((<usize>label) << 3));
    const lower = load<f64>(lowerAt) - (<u32>label === pass.farthest ? pass.secondDrift : pass.largestDrift);
    store<f64>(lowerAt, lower);
    store<f64>(upperAt, upper);
    if (upper * SLACK < lower) continue;
    const tight = upperDistance(pass, row, label);
    store<f64>(upperAt, tight);
    if (tight * SLACK < lower) continue;
    store<u32>(list + ((<usize>count) << 2), row);
    count++;
  }
  return count;
}

function upperDistance(pass: Pass, row: u32, label: i32): f64 {
  const stride = (<usize>pass.columns) << 2;
  const squared = squaredDistance(
    pass.x + <usize>row * stride,
    pass.centroids + <usize>label * stride,
    pass.columns,
  );
  return sqrt<f64>(squared * (1 + RELATIVE) + pass.tiny);
}

/** Products of up to `blockRows` listed rows with all centred centroids. */
function scoreBlock(pass: Pass, block: usize, rows: i32): void {
  const stride = (<usize>pass.columns) << 2;
  const columns = <i32>pass.columns;
  for (let start = 0; start < columns; start += DEPTH) {
    const depth = min<i32>(columns - start, DEPTH);
    const x = pass.x + ((<usize>start) << 2);
    let to = packedRows();
    for (let r = 0; r < rows; r += 4) {
      const row0 = x + load<u32>(block + ((<usize>r) << 2)) * stride;
      const row1 = x + load<u32>(block + ((<usize>min<i32>(r + 1, rows - 1)) << 2)) * stride;
      const row2 = x + load<u32>(block + ((<usize>min<i32>(r + 2, rows - 1)) << 2)) * stride;
      const row3 = x + load<u32>(block + ((<usize>min<i32>(r + 3, rows - 1)) << 2)) * stride;
      interleave(row0, row1, row2, row3, depth, to, 16);
      to += (<usize>depth) << 4;
    }
    tiles(
      packedRows(),
      pass.panels + <usize>start * ((<usize>pass.padded) << 2),
      depth,
      (rows + 3) & ~3,
      pass.padded,
      blockScores(),
      (<usize>pass.padded) << 2,
      start > 0,
    );
  }
}

/**
 * Turns one row's products into scores, finds its label and sets its bounds. Where the error of the scores leaves
 * more than one centroid possible, float64 distances decide.
 */
function settle(pass: Pass, row: u32, scores: usize): i32 {
  let nearest = f32x4.splat(Infinity);
  let next = nearest;
  const two = f32x4.splat(2);
  for (let k: usize = 0; k < (<usize>pass.padded) << 2; k += 16) {
    const s = f32x4.sub(v128.load(pass.constants + k), f32x4.mul(two, v128.load(scores + k)));
    v128.store(scores + k, s);
    next = f32x4.pmin(next, f32x4.pmax(nearest, s));
    nearest = f32x4.pmin(nearest, s);
  }
  let best = f32x4.extract_lane(nearest, 0);
  let second = lesserOf(f32x4.extract_lane(next, 0), f32x4.extract_lane(next, 1));
  second = lesserOf(second, lesserOf(f32x4.extract_lane(next, 2), f32x4.extract_lane(next, 3)));
  let lane = f32x4.extract_lane(nearest, 1);
  second = lesserOf(second, greaterOf(best, lane));
  best = lesserOf(best, lane);
  lane = f32x4.extract_lane(nearest, 2);
  second = lesserOf(second, greaterOf(best, lane));
  best = lesserOf(best, lane);
  lane = f32x4.extract_lane(nearest, 3);
  second = lesserOf(second, greaterOf(best, lane));
  best = lesserOf(best, lane);

  const norm = load<f64>(pass.norms + ((<usize>row) << 3));
  const sound = pass.reach * norm + pass.largest < 1e38;
  const error = sound ? pass.slope * norm + pass.base : <f64>Infinity;
  const limit = sound ? <f64>best + 2 * error : <f64>Infinity;
  let label: i32;
  if (sound && <f64>second > limit) {
    label = 0;
    while (load<f32>(scores + ((<usize>label) << 2)) !== best) label++;
  } else {
    const stride = (<usize>pass.columns) << 2;
    label = nearestExactly(
      pass.x + <usize>row * stride,
      pass.centroids,
      pass.columns,
      pass.clusters,
      scores,
      limit,
      pass.duplicates,
    );
  }
  setBounds(pass, row, label, scores, best, second, error);
  return label;
}

function lesserOf(a: f32, b: f32): f32 {
  return a < b ? a : b;
}

function greaterOf(a: f32, b: f32): f32 {
  return a < b ? b : a;
}

/** The squared distances differ as the scores do, so the lower bound needs no product of its own. */
function setBounds(
  pass: Pass,
  row: u32,
  label: i32,
  scores: usize,
  best: f32,
  second: f32,
  error: f64,
): void {
  const upperAt = pass.upper + ((<usize>row) << 3);
  const kept = pass.first === 0 && label === load<i32>(pass.labels + ((<usize>row) << 2));
  const upper = kept ? load<f64>(upperAt) : upperDistance(pass, row, label);
  store<f64>(upperAt, upper);
  const own = load<f32>(scores + ((<usize>label) << 2));
  const gap = <f64>(own === best ? second : best) - <f64>own - 2 * error;
  const squared = upper * upper * (1 - 3 * RELATIVE) - 2 * pass.tiny + max<f64>(gap, 0);
  // Comparisons with NaN are false: after an overflow nothing is known, and the row is looked at again.
  store<f64>(pass.lower + ((<usize>row) << 3), squared > 0 && upper < 1e38 ? sqrt<f64>(squared) : 0);
}
