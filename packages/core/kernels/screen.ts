import { admit, RECORD_BYTES } from "./candidates.ts";
import { edgeTile, TILE_COLUMNS, TILE_ROWS } from "./layout.ts";

/**
 * Offers a block of items to a block of users. Both are 16-bit integers (`quantizeRows`), whose products are exact sums in 32
 * bits: twice as many a step as in float32. Sums stay in registers; only those above their user's bound leave them, as
 * candidates. Items come in ascending order, also from call to call. `users` are records, of which there is a multiple of 4.
 */
export function screenItems(
  quads: usize,
  rows: i32,
  pairs: i32,
  panels: usize,
  items: i32,
  firstItem: i32,
  users: usize,
  candidates: usize,
  capacity: i32,
  k: i32,
  margin: i32,
  excluded: usize,
): void {
  const quad = (<usize>pairs) << 4;
  const size = (<usize>capacity) << 3;
  for (let item = 0; item < items; item += TILE_COLUMNS) {
    const present = (1 << min<i32>(items - item, TILE_COLUMNS)) - 1;
    const first = firstItem + item;
    let user = users;
    let own = candidates;
    let a = quads;
    for (let row = 0; row < rows; row += TILE_ROWS) {
      screenTile(a, panels, pairs, user, own, capacity, k, margin, present, first, excluded);
      a += quad;
      user += TILE_ROWS * RECORD_BYTES;
      own += TILE_ROWS * size;
    }
    panels += quad << 1;
  }
}

function screenTile(
  a: usize,
  b: usize,
  pairs: i32,
  user: usize,
  candidates: usize,
  capacity: i32,
  k: i32,
  margin: i32,
  present: i32,
  firstItem: i32,
  excluded: usize,
): void {
  let c00 = i32x4.splat(0);
  let c01 = c00;
  let c10 = c00;
  let c11 = c00;
  let c20 = c00;
  let c21 = c00;
  let c30 = c00;
  let c31 = c00;
  const end = b + ((<usize>pairs) << 5);
  while (b < end) {
    const b0 = v128.load(b);
    const b1 = v128.load(b, 16);
    let x = v128.load_splat<i32>(a);
    c00 = i32x4.add(c00, i32x4.dot_i16x8_s(x, b0));
    c01 = i32x4.add(c01, i32x4.dot_i16x8_s(x, b1));
    x = v128.load_splat<i32>(a, 4);
    c10 = i32x4.add(c10, i32x4.dot_i16x8_s(x, b0));
    c11 = i32x4.add(c11, i32x4.dot_i16x8_s(x, b1));
    x = v128.load_splat<i32>(a, 8);
    c20 = i32x4.add(c20, i32x4.dot_i16x8_s(x, b0));
    c21 = i32x4.add(c21, i32x4.dot_i16x8_s(x, b1));
    x = v128.load_splat<i32>(a, 12);
    c30 = i32x4.add(c30, i32x4.dot_i16x8_s(x, b0));
    c31 = i32x4.add(c31, i32x4.dot_i16x8_s(x, b1));
    a += 16;
    b += 32;
  }
  const t0 = v128.load_splat<i32>(user);
  const t1 = v128.load_splat<i32>(user, RECORD_BYTES);
  const t2 = v128.load_splat<i32>(user, 2 * RECORD_BYTES);
  const t3 = v128.load_splat<i32>(user, 3 * RECORD_BYTES);
  const first = v128.or(
    v128.or(i32x4.gt_s(c00, t0), i32x4.gt_s(c01, t0)),
    v128.or(i32x4.gt_s(c10, t1), i32x4.gt_s(c11, t1)),
  );
  const second = v128.or(
    v128.or(i32x4.gt_s(c20, t2), i32x4.gt_s(c21, t2)),
    v128.or(i32x4.gt_s(c30, t3), i32x4.gt_s(c31, t3)),
  );
  if (!v128.any_true(v128.or(first, second))) return;
  const size = (<usize>capacity) << 3;
  offer(user, candidates, capacity, k, margin, present, c00, c01, firstItem, excluded);
  user += RECORD_BYTES;
  candidates += size;
  offer(user, candidates, capacity, k, margin, present, c10, c11, firstItem, excluded);
  user += RECORD_BYTES;
  candidates += size;
  offer(user, candidates, capacity, k, margin, present, c20, c21, firstItem, excluded);
  user += RECORD_BYTES;
  candidates += size;
  offer(user, candidates, capacity, k, margin, present, c30, c31, firstItem, excluded);
}

function offer(
  user: usize,
  candidates: usize,
  capacity: i32,
  k: i32,
  margin: i32,
  present: i32,
  low: v128,
  high: v128,
  firstItem: i32,
  excluded: usize,
): void {
  const bound = v128.load_splat<i32>(user);
  const above = i32x4.bitmask(i32x4.gt_s(low, bound)) | (i32x4.bitmask(i32x4.gt_s(high, bound)) << 4);
  const mask = above & present;
  if (mask === 0) return;
  const eight = edgeTile();
  v128.store(eight, low);
  v128.store(eight, high, 16);
  admit(user, candidates, capacity, k, margin, mask, eight, firstItem, excluded);
}
