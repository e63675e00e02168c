import { high64, low64, madd64 } from "./simd.ts";

/** Rows of `x` that are packed as float64 at a time. */
const GRAM_ROWS: i32 = 128;
/** Columns whose panels stay in the first-level cache while all panels from them on pass. */
const GROUP: i32 = 16;

/**
 * Adds `x^T x` over `rows` rows to the upper triangle of `sums`, a padded x padded float64 matrix in which
 * `padded` is `columns` rounded up to 4. The product of two float32 values is exact in float64, so plain and relaxed
 * instructions give the same bits. `packed` has room for 64 rows of `padded` float64 values.
 */
export function gramRows(x: usize, rows: i32, columns: i32, packed: usize, sums: usize): void {
  const padded = (columns + 3) & ~3;
  for (let start = 0; start < rows; start += GRAM_ROWS) {
    const depth = min<i32>(rows - start, GRAM_ROWS);
    packWide(x + <usize>start * ((<usize>columns) << 2), columns, depth, packed);
    const panel = (<usize>depth) << 5;
    for (let first = 0; first < padded; first += GROUP) {
      for (let j = first; j < padded; j += 4) {
        const right = packed + <usize>(j >> 2) * panel;
        const end = min<i32>(first + GROUP, j + 4);
        for (let i = first; i < end; i += 4) {
          const left = packed + <usize>(i >> 2) * panel;
          tile64(
            left,
            right,
            depth,
            sums + ((<usize>i * <usize>padded + <usize>j) << 3),
            (<usize>padded) << 3,
          );
        }
      }
    }
  }
}

/** Packs float32 rows as panels of four float64 columns; the last panel is filled up with zeros. */
function packWide(from: usize, columns: i32, depth: i32, to: usize): void {
  const stride = (<usize>columns) << 2;
  for (let column = 0; column < columns; column += 4) {
    let source = from + ((<usize>column) << 2);
    const present = min<i32>(columns - column, 4);
    for (let k = 0; k < depth; k++) {
      if (present === 4) {
        const x = v128.load(source);
        v128.store(to, low64(x));
        v128.store(to, high64(x), 16);
      } else {
        memory.fill(to, 0, 32);
        for (let c = 0; c < present; c++) {
          store<f64>(to + ((<usize>c) << 3), <f64>load<f32>(source + ((<usize>c) << 2)));
        }
      }
      source += stride;
      to += 32;
    }
  }
}

/** A 4 x 4 register tile in float64, added to `out`. */
function tile64(a: usize, b: usize, depth: i32, out: usize, stride: usize): void {
  let c00 = f64x2.splat(0);
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
    let x = v128.load_splat<f64>(a);
    c00 = madd64(x, b0, c00);
    c01 = madd64(x, b1, c01);
    x = v128.load_splat<f64>(a, 8);
    c10 = madd64(x, b0, c10);
    c11 = madd64(x, b1, c11);
    x = v128.load_splat<f64>(a, 16);
    c20 = madd64(x, b0, c20);
    c21 = madd64(x, b1, c21);
    x = v128.load_splat<f64>(a, 24);
    c30 = madd64(x, b0, c30);
    c31 = madd64(x, b1, c31);
    a += 32;
    b += 32;
  }
  addRow(out, c00, c01);
  addRow(out + stride, c10, c11);
  addRow(out + 2 * stride, c20, c21);
  addRow(out + 3 * stride, c30, c31);
}

function addRow(out: usize, low: v128, high: v128): void {
  v128.store(out, f64x2.add(v128.load(out), low));
  v128.store(out, f64x2.add(v128.load(out, 16), high), 16);
}

/**
 * Adds up `parts` sums as {@link gramRows} leaves them, in their order, into `out`: columns x columns float64, both
 * triangles.
 */
export function addParts(sums: usize, parts: i32, columns: i32, out: usize): void {
  const padded = (columns + 3) & ~3;
  const size = (<usize>padded * <usize>padded) << 3;
  const stride = (<usize>columns) << 3;
  for (let i = 0; i < columns; i++) {
    let from = sums + ((<usize>i * <usize>(padded + 1)) << 3);
    let right = out + <usize>i * stride + ((<usize>i) << 3);
    let below = right;
    for (let j = i; j < columns; j++) {
      let sum: f64 = 0;
      for (let part = 0; part < parts; part++) sum += load<f64>(from + <usize>part * size);
      store<f64>(right, sum);
      store<f64>(below, sum);
      from += 8;
      right += 8;
      below += stride;
    }
  }
}
