import { blockScores } from "./layout.ts";
import { multiplyRows } from "./multiply.ts";

/**
 * Offers a block of items to a block of up to 64 users: their products stay in scratch memory, and only scores
 * above a user's worst so far reach its heap. `panelItems` is `items` rounded up to a panel; `scores` and `best` are
 * the users' heaps, k long; `offsets` may be 0 (nothing excluded) and points at the first of these users.
 */
export function offerItems(
  users: usize,
  stride: usize,
  rows: i32,
  depth: i32,
  panels: usize,
  panelItems: i32,
  items: i32,
  firstItem: i32,
  k: i32,
  scores: usize,
  best: usize,
  offsets: usize,
  excluded: usize,
): void {
  const block = blockScores();
  const blockStride = (<usize>panelItems) << 2;
  multiplyRows(users, stride, rows, depth, panels, panelItems, panelItems, block, blockStride, false);
  for (let row = 0; row < rows; row++) {
    const from = block + <usize>row * blockStride;
    for (let i = items; i < panelItems; i++) store<f32>(from + ((<usize>i) << 2), NaN);
    if (offsets !== 0) exclude(from, offsets + ((<usize>row) << 2), excluded, firstItem, items);
    const heap = <usize>row * ((<usize>k) << 2);
    offer(from, panelItems, firstItem, k, scores + heap, best + heap);
  }
}

function exclude(scores: usize, offsets: usize, excluded: usize, firstItem: i32, items: i32): void {
  const end = load<u32>(offsets, 4);
  for (let e = load<u32>(offsets); e < end; e++) {
    const item = load<u32>(excluded + ((<usize>e) << 2)) - <u32>firstItem;
    if (item < <u32>items) store<f32>(scores + ((<usize>item) << 2), NaN);
  }
}

function offer(from: usize, count: i32, firstItem: i32, k: i32, scores: usize, items: usize): void {
  let worst = f32x4.splat(load<f32>(scores));
  for (let i = 0; i < count; i += 4) {
    const four = from + ((<usize>i) << 2);
    if (!v128.any_true(f32x4.ge(v128.load(four), worst))) continue;
    for (let lane = 0; lane < 4; lane++) {
      offerOne(scores, items, k, load<f32>(four + ((<usize>lane) << 2)), firstItem + i + lane);
    }
    worst = f32x4.splat(load<f32>(scores));
  }
}

/** Puts an entry in the place of the heap's worst one, its root, if that one ranks below it. */
export function offerOne(scores: usize, items: usize, k: i32, score: f32, item: i32): void {
  if (below(load<f32>(scores), load<i32>(items), score, item)) sink(scores, items, k, score, item);
}

/**
 * Whether the first pair ranks below the second: a smaller score, or the same score and a later item. Items are
 * compared as unsigned numbers, so that an empty entry (-Infinity, -1) ranks below every item. NaN never ranks.
 */
function below(scoreA: f32, itemA: i32, scoreB: f32, itemB: i32): bool {
  return scoreA < scoreB || (scoreA === scoreB && <u32>itemA > <u32>itemB);
}

/** Replaces the heap's worst entry, its root, and sifts the new entry down. */
function sink(scores: usize, items: usize, size: i32, score: f32, item: i32): void {
  let at = 0;
  for (;;) {
    let child = 2 * at + 1;
    if (child >= size) break;
    const right = child + 1;
    if (
      right < size &&
      below(scoreAt(scores, right), itemAt(items, right), scoreAt(scores, child), itemAt(items, child))
    ) {
      child = right;
    }
    if (!below(scoreAt(scores, child), itemAt(items, child), score, item)) break;
    put(scores, items, at, scoreAt(scores, child), itemAt(items, child));
    at = child;
  }
  put(scores, items, at, score, item);
}

function scoreAt(scores: usize, at: i32): f32 {
  return load<f32>(scores + ((<usize>at) << 2));
}

function itemAt(items: usize, at: i32): i32 {
  return load<i32>(items + ((<usize>at) << 2));
}

function put(scores: usize, items: usize, at: i32, score: f32, item: i32): void {
  store<f32>(scores + ((<usize>at) << 2), score);
  store<i32>(items + ((<usize>at) << 2), item);
}

/** Sorts the heaps of `users` users, best first: repeatedly moves the worst remaining entry to the end. */
export function sortHeaps(scores: usize, items: usize, users: i32, k: i32): void {
  for (let user = 0; user < users; user++) {
    for (let size = k - 1; size > 0; size--) {
      const score = scoreAt(scores, size);
      const item = itemAt(items, size);
      put(scores, items, size, scoreAt(scores, 0), itemAt(items, 0));
      sink(scores, items, size, score, item);
    }
    scores += (<usize>k) << 2;
    items += (<usize>k) << 2;
  }
}
