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
    // The last panel may hold fewer than eight items: a bit for each that is there, for each of four users.
    const present = ((1 << min<i32>(items - item, TILE_COLUMNS)) - 1) * 0x01010101;
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
  // Bit 8 r + j: whether the sum of user r and item j is above the bound.
  const upper = i8x16.narrow_i16x8_s(above(c00, c01, t0), above(c10, c11, t1));
  const lower = i8x16.narrow_i16x8_s(above(c20, c21, t2), above(c30, c31, t3));
  let mask = (i8x16.bitmask(upper) | (i8x16.bitmask(lower) << 16)) & present;
  if (mask === 0) return;
  const sums = edgeTile();
  v128.store(sums, c00);
  v128.store(sums, c01, 16);
  v128.store(sums, c10, 32);
  v128.store(sums, c11, 48);
  v128.store(sums, c20, 64);
  v128.store(sums, c21, 80);
  v128.store(sums, c30, 96);
  v128.store(sums, c31, 112);
  for (; mask !== 0; mask &= mask - 1) {
    const bit = ctz<i32>(mask);
    const row = <usize>(bit >> 3);
    const score = load<i32>(sums + ((<usize>bit) << 2));
    const own = candidates + row * ((<usize>capacity) << 3);
    admit(user + row * RECORD_BYTES, own, capacity, k, margin, score, firstItem + (bit & 7), excluded);
  }
}

function above(low: v128, high: v128, bound: v128): v128 {
  return i16x8.narrow_i32x4_s(i32x4.gt_s(low, bound), i32x4.gt_s(high, bound));
}
