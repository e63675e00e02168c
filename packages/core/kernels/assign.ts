import { isDoubtful } from "./bounds.ts";
import { squaredDistance, squaredLength } from "./distances.ts";
import { integerScores } from "./integer-scores.ts";
import { blockScores, DEPTH, packedRows, TILE_COLUMNS } from "./layout.ts";
import { nearestWithin } from "./nearest-within.ts";
import { interleave } from "./pack.ts";
import { type Pass, RELATIVE } from "./pass.ts";
import { distancesComputed, OPEN, settle } from "./settle.ts";
import { looseTile, tiles } from "./tile.ts";

/** Up to this many centroids, packing the rows is not worthwhile. */
const LOOSE: u32 = 16;

/**
 * Rows `first .. last - 1` of a pass; the rows that changed are listed from `first` on, their number in `slot`.
 * When the rows are not in memory (`x` is 0), rows that stay open are listed in `work` from `first` on.
 */
export function assignRows(address: usize, first: i32, last: i32, slot: i32): void {
  const pass = changetype<Pass>(address);
  if (pass.groupClusters === 1 && pass.first === 0) {
    assignWithin(pass, first, last, slot);
    return;
  }
  const list = pass.work + ((<usize>first) << 2);
  const count = pass.first !== 0 ? listAll(pass, first, last, list) : listDoubtful(pass, first, last, list);
  const computed = distancesComputed();
  const stride = (<usize>pass.columns) << 2;
  let moved = 0;
  let open = 0;
  for (let start = 0; start < count; start += <i32>pass.blockRows) {
    const rows = min<i32>(count - start, <i32>pass.blockRows);
    const block = list + ((<usize>start) << 2);
    scoreBlock(pass, block, rows);
    for (let r = 0; r < rows; r++) {
      const row = load<u32>(block + ((<usize>r) << 2));
      const x = pass.x === 0 ? 0 : pass.x + <usize>row * stride;
      const label = settle(pass, row, x, blockScores() + <usize>r * ((<usize>pass.padded) << 2));
      if (label === OPEN) {
        // The write position never passes the rows still to be read from the same list.
        store<u32>(list + ((<usize>open) << 2), row);
        open++;
        continue;
      }
      if (setLabel(pass, row, label, first + moved)) moved++;
    }
  }
  setCounts(pass, slot, moved, distancesComputed() - computed, open);
}

/** {@link assignRows} after the first pass where rows have a bound for each centroid. */
function assignWithin(pass: Pass, first: i32, last: i32, slot: i32): void {
  const stride = (<usize>pass.columns) << 2;
  let moved = 0;
  for (let row = first; row < last; row++) {
    const before = load<i32>(pass.labels + ((<usize>row) << 2));
    if (before < 0) continue;
    const label = nearestWithin(pass, row, before, pass.x + <usize>row * stride);
    if (setLabel(pass, row, label, first + moved)) moved++;
  }
  setCounts(pass, slot, moved, 0, 0);
}

/** Labels a row; if its label is another one, lists it at `place` with the one before, and returns true. */
function setLabel(pass: Pass, row: u32, label: i32, place: i32): bool {
  const at = pass.labels + ((<usize>row) << 2);
  const before = load<i32>(at);
  if (label === before) return false;
  store<i32>(at, label);
  store<u32>(pass.movedRows + ((<usize>place) << 2), row);
  store<i32>(pass.movedFrom + ((<usize>place) << 2), before);
  return true;
}

function setCounts(pass: Pass, slot: i32, moved: u32, distances: u32, open: u32): void {
  const counts = pass.counts + <usize>slot * 12;
  store<u32>(counts, moved);
  store<u32>(counts, distances, 4);
  store<u32>(counts, open, 8);
}

/**
 * The open rows of a pass: `count` of them in `rows`, each at its index (in `places`) among the gathered rows
 * `x`. Labels them, writes their previous labels to `before` and the number of computed distances to
 * `distances`.
 */
export function settleRows(
  address: usize,
  rows: usize,
  places: usize,
  count: i32,
  x: usize,
  before: usize,
  distances: usize,
): void {
  const pass = changetype<Pass>(address);
  const computed = distancesComputed();
  const stride = (<usize>pass.columns) << 2;
  for (let start = 0; start < count; start += <i32>pass.blockRows) {
    const block = min<i32>(count - start, <i32>pass.blockRows);
    scoreBlock(pass, rows + ((<usize>start) << 2), block);
    for (let r = 0; r < block; r++) {
      const entry = (<usize>(start + r)) << 2;
      const row = load<u32>(rows + entry);
      const at = pass.labels + ((<usize>row) << 2);
      const from = x + <usize>load<u32>(places + entry) * stride;
      store<i32>(before + entry, load<i32>(at));
      store<i32>(at, settle(pass, row, from, blockScores() + <usize>r * ((<usize>pass.padded) << 2)));
    }
  }
  store<u32>(distances, distancesComputed() - computed);
}

function isMissing(pass: Pass, row: i32): bool {
  return pass.missing !== 0 && load<u8>(pass.missing + <usize>row) !== 0;
}

/** The rows of the first pass: all that are present. */
function listAll(pass: Pass, first: i32, last: i32, list: usize): i32 {
  let count = 0;
  for (let row = first; row < last; row++) {
    if (isMissing(pass, row)) continue;
    store<u32>(list + ((<usize>count) << 2), row);
    count++;
  }
  return count;
}

/** Before the first pass: a bound on the norm of each row as it is scored, and its squared distance to the origin. */
export function measureRows(address: usize, first: i32, last: i32): void {
  const pass = changetype<Pass>(address);
  const stride = (<usize>pass.columns) << 2;
  for (let row = first; row < last; row++) {
    const at = pass.x + <usize>row * stride;
    const spread = squaredDistance(at, pass.origin, pass.columns);
    const squared = pass.integers !== 0 ? spread : squaredLength(at, pass.columns);
    store<f64>(pass.norms + ((<usize>row) << 3), sqrt<f64>(squared * (1 + RELATIVE) + pass.tiny));
    store<f64>(pass.spreads + ((<usize>row) << 3), spread);
    store<f64>(pass.rests + ((<usize>row) << 3), 0);
  }
}

/** The rows of later passes: those whose label can have changed. */
function listDoubtful(pass: Pass, first: i32, last: i32, list: usize): i32 {
  let count = 0;
  let x = pass.integers !== 0 ? pass.x + <usize>first * pass.stride : 0;
  for (let row = first; row < last; row++) {
    const label = load<i32>(pass.labels + ((<usize>row) << 2));
    if (label >= 0 && isDoubtful(pass, row, label, x)) {
      store<u32>(list + ((<usize>count) << 2), row);
      count++;
    }
    if (x !== 0) x += pass.stride;
  }
  return count;
}

/** Products of up to `blockRows` listed rows with the centroids, in the coordinates of the pass; of integers, with open groups only. */
function scoreBlock(pass: Pass, block: usize, rows: i32): void {
  if (pass.integers !== 0) {
    integerScores(pass, block, rows);
    return;
  }
  const stride = <usize>pass.stride;
  const columns = <i32>pass.depth;
  for (let start = 0; start < columns; start += DEPTH) {
    const depth = min<i32>(columns - start, DEPTH);
    const from = pass.coordinates + ((<usize>start) << 2);
    const panels = pass.panels + <usize>start * ((<usize>pass.padded) << 2);
    const scores = (<usize>pass.padded) << 2;
    let to = packedRows();
    for (let r = 0; r < rows; r += 4) {
      const row0 = from + load<u32>(block + ((<usize>r) << 2)) * stride;
      const row1 = from + load<u32>(block + ((<usize>min<i32>(r + 1, rows - 1)) << 2)) * stride;
      const row2 = from + load<u32>(block + ((<usize>min<i32>(r + 2, rows - 1)) << 2)) * stride;
      const row3 = from + load<u32>(block + ((<usize>min<i32>(r + 3, rows - 1)) << 2)) * stride;
      if (pass.padded <= LOOSE) {
        for (let k: usize = 0; k < <usize>pass.padded; k += TILE_COLUMNS) {
          const panel = panels + k * ((<usize>depth) << 2);
          const out = blockScores() + <usize>r * scores + (k << 2);
          looseTile(row0, row1, row2, row3, panel, depth, out, scores, start > 0);
        }
        continue;
      }
      interleave(row0, row1, row2, row3, depth, to, 16);
      to += (<usize>depth) << 4;
    }
    if (pass.padded <= LOOSE) continue;
    tiles(packedRows(), panels, depth, (rows + 3) & ~3, pass.padded, blockScores(), scores, start > 0);
  }
}
