import { edgeTile, TILE_COLUMNS, TILE_ROWS } from "./layout.ts";
import { madd } from "./simd.ts";

/**
 * The register tile that every dense product is made of: 4 rows x 8 columns over `depth` products. `a` is packed
 * in fours, `b` in eights, so the loop has two pointers only. It is not unrolled on purpose: V8 then keeps all
 * eight sums in registers, and unrolling measured slower.
 */
export function tile(a: usize, b: usize, depth: i32, out: usize, stride: usize, add: bool): void {
  let c00 = f32x4.splat(0);
  let c01 = c00;
  let c10 = c00;
  let c11 = c00;
  let c20 = c00;
  let c21 = c00;
  let c30 = c00;
  let c31 = c00;
  const end = b + ((<usize>depth) << 5);
  while (b < end) {
    const b0 = v128.load(b);
    const b1 = v128.load(b, 16);
    let x = v128.load_splat<f32>(a);
    c00 = madd(x, b0, c00);
    c01 = madd(x, b1, c01);
    x = v128.load_splat<f32>(a, 4);
    c10 = madd(x, b0, c10);
    c11 = madd(x, b1, c11);
    x = v128.load_splat<f32>(a, 8);
    c20 = madd(x, b0, c20);
    c21 = madd(x, b1, c21);
    x = v128.load_splat<f32>(a, 12);
    c30 = madd(x, b0, c30);
    c31 = madd(x, b1, c31);
    a += 16;
    b += 32;
  }
  storeRow(out, c00, c01, add);
  storeRow(out + stride, c10, c11, add);
  storeRow(out + 2 * stride, c20, c21, add);
  storeRow(out + 3 * stride, c30, c31, add);
}

/**
 * {@link tile} that reads its four rows unpacked: packing costs as much as one tile, which is worthwhile only
 * if several tiles share it. Sums have the same order.
 */
export function looseTile(
  row0: usize,
  row1: usize,
  row2: usize,
  row3: usize,
  b: usize,
  depth: i32,
  out: usize,
  stride: usize,
  add: bool,
): void {
  let c00 = f32x4.splat(0);
  let c01 = c00;
  let c10 = c00;
  let c11 = c00;
  let c20 = c00;
  let c21 = c00;
  let c30 = c00;
  let c31 = c00;
  const end = b + ((<usize>depth) << 5);
  while (b < end) {
    const b0 = v128.load(b);
    const b1 = v128.load(b, 16);
    let x = v128.load_splat<f32>(row0);
    c00 = madd(x, b0, c00);
    c01 = madd(x, b1, c01);
    x = v128.load_splat<f32>(row1);
    c10 = madd(x, b0, c10);
    c11 = madd(x, b1, c11);
    x = v128.load_splat<f32>(row2);
    c20 = madd(x, b0, c20);
    c21 = madd(x, b1, c21);
    x = v128.load_splat<f32>(row3);
    c30 = madd(x, b0, c30);
    c31 = madd(x, b1, c31);
    row0 += 4;
    row1 += 4;
    row2 += 4;
    row3 += 4;
    b += 32;
  }
  storeRow(out, c00, c01, add);
  storeRow(out + stride, c10, c11, add);
  storeRow(out + 2 * stride, c20, c21, add);
  storeRow(out + 3 * stride, c30, c31, add);
}

function storeRow(out: usize, low: v128, high: v128, add: bool): void {
  if (add) {
    low = f32x4.add(v128.load(out), low);
    high = f32x4.add(v128.load(out, 16), high);
  }
  v128.store(out, low);
  v128.store(out, high, 16);
}

/** {@link tile} where fewer than 4 rows or 8 columns exist: through a tile of scratch memory. */
export function edge(
  a: usize,
  b: usize,
  depth: i32,
  out: usize,
  stride: usize,
  rows: i32,
  columns: i32,
  add: bool,
): void {
  const whole = edgeTile();
  tile(a, b, depth, whole, 32, false);
  for (let r = 0; r < rows; r++) {
    for (let c = 0; c < columns; c++) {
      const from = whole + ((<usize>(r * TILE_COLUMNS + c)) << 2);
      const to = out + <usize>r * stride + ((<usize>c) << 2);
      store<f32>(to, add ? load<f32>(to) + load<f32>(from) : load<f32>(from));
    }
  }
}

/**
 * Multiplies up to 64 packed rows with packed panels: rows x columns results at `out`, rows `stride` bytes apart.
 * A panel stays in the first-level cache while all rows pass it.
 */
export function tiles(
  a: usize,
  b: usize,
  depth: i32,
  rows: i32,
  columns: i32,
  out: usize,
  stride: usize,
  add: bool,
): void {
  const quad = (<usize>depth) << 4;
  for (let column = 0; column < columns; column += TILE_COLUMNS) {
    const panel = b + <usize>column * ((<usize>depth) << 2);
    const wide = min<i32>(columns - column, TILE_COLUMNS);
    for (let row = 0; row < rows; row += TILE_ROWS) {
      const from = a + <usize>(row >> 2) * quad;
      const to = out + <usize>row * stride + ((<usize>column) << 2);
      const high = min<i32>(rows - row, TILE_ROWS);
      if (wide === TILE_COLUMNS && high === TILE_ROWS) tile(from, panel, depth, to, stride, add);
      else edge(from, panel, depth, to, stride, high, wide, add);
    }
  }
}
