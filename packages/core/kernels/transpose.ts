import { blockScores, DEPTH, packedRows, TILE_ROWS } from "./layout.ts";
import { high64, low64 } from "./simd.ts";
import { tiles } from "./tile.ts";

/** Rows of both sides that are summed in float32 before their sum is added in float64. */
const SUM_ROWS: i32 = 1024;

/**
 * Up to 64 rows of `a^T b` over `depth` rows of both, of `columns` columns of b from `first` on: `a` points at the first of the columns
 * used, `b` is packed, all `panelColumns` of it. The products of
 * {@link SUM_ROWS} rows are summed in float32 and then added to the float64 `sums`, so that the error does not grow with the
 * number of rows. `more`: the sums continue those of the rows before. Unless `out` is 0, the sums are written there as float32, rows
 * `outStride` bytes apart, or added to it.
 */
export function multiplyTransposed(
  a: usize,
  stride: usize,
  outRows: i32,
  depth: i32,
  b: usize,
  panelColumns: i32,
  first: i32,
  columns: i32,
  sums: usize,
  more: bool,
  out: usize,
  outStride: usize,
  accumulate: bool,
): void {
  if (!more) memory.fill(sums, 0, (<usize>outRows * <usize>columns) << 3);
  for (let start = 0; start < depth; start += SUM_ROWS) {
    const from = a + <usize>start * stride;
    const panels = b + <usize>start * ((<usize>panelColumns) << 2);
    addProducts(
      from,
      stride,
      outRows,
      min<i32>(depth - start, SUM_ROWS),
      panels,
      panelColumns,
      first,
      columns,
      sums,
    );
  }
  if (out !== 0) storeSums(sums, outRows, columns, out, outStride, accumulate);
}

function addProducts(
  a: usize,
  stride: usize,
  outRows: i32,
  depth: i32,
  b: usize,
  panelColumns: i32,
  first: i32,
  columns: i32,
  sums: usize,
): void {
  const packed = packedRows();
  const block = blockScores();
  const width = (<usize>columns + 3) & ~3;
  for (let start = 0; start < depth; start += DEPTH) {
    const chunk = min<i32>(depth - start, DEPTH);
    packColumnQuads(a + <usize>start * stride, stride, outRows, chunk, packed);
    tiles(
      packed,
      b + <usize>start * ((<usize>panelColumns) << 2) + <usize>first * ((<usize>chunk) << 2),
      chunk,
      outRows,
      columns,
      block,
      width << 2,
      start > 0,
    );
  }
  for (let row = 0; row < outRows; row++) {
    addSums(block + <usize>row * (width << 2), sums + <usize>row * ((<usize>columns) << 3), columns);
  }
}

/** Packs columns in fours, row by row; the last four are filled up with zeros. */
function packColumnQuads(from: usize, stride: usize, columns: i32, depth: i32, to: usize): void {
  const quad = (<usize>depth) << 4;
  let column = 0;
  // Whole cache lines at a time: rows are far apart in memory, and a line might be evicted before its next use.
  for (; column + 32 <= columns; column += 32) {
    let source = from + ((<usize>column) << 2);
    let at = to;
    for (let k = 0; k < depth; k++) {
      v128.store(at, v128.load(source));
      v128.store(at + quad, v128.load(source, 16));
      v128.store(at + 2 * quad, v128.load(source, 32));
      v128.store(at + 3 * quad, v128.load(source, 48));
      v128.store(at + 4 * quad, v128.load(source, 64));
      v128.store(at + 5 * quad, v128.load(source, 80));
      v128.store(at + 6 * quad, v128.load(source, 96));
      v128.store(at + 7 * quad, v128.load(source, 112));
      source += stride;
      at += 16;
    }
    to += 8 * quad;
  }
  for (; column < columns; column += TILE_ROWS) {
    const present = min<i32>(columns - column, TILE_ROWS);
    let source = from + ((<usize>column) << 2);
    for (let k = 0; k < depth; k++) {
      if (present === TILE_ROWS) {
        v128.store(to, v128.load(source));
      } else {
        v128.store(to, f32x4.splat(0));
        memory.copy(to, source, (<usize>present) << 2);
      }
      source += stride;
      to += 16;
    }
  }
}

function addSums(from: usize, to: usize, count: i32): void {
  const end = from + ((<usize>count & ~3) << 2);
  while (from < end) {
    const x = v128.load(from);
    v128.store(to, f64x2.add(v128.load(to), low64(x)));
    v128.store(to, f64x2.add(v128.load(to, 16), high64(x)), 16);
    from += 16;
    to += 32;
  }
  for (let rest = count & 3; rest > 0; rest--) {
    store<f64>(to, load<f64>(to) + <f64>load<f32>(from));
    from += 4;
    to += 8;
  }
}

/** Writes float64 sums as float32, or adds them to what is there. */
function storeSums(sums: usize, rows: i32, columns: i32, out: usize, stride: usize, accumulate: bool): void {
  for (let row = 0; row < rows; row++) {
    let to = out + <usize>row * stride;
    const end = to + ((<usize>columns & ~3) << 2);
    for (; to < end; to += 16) {
      let low = v128.load(sums);
      let high = v128.load(sums, 16);
      if (accumulate) {
        const before = v128.load(to);
        low = f64x2.add(low, low64(before));
        high = f64x2.add(high, high64(before));
      }
      v128.store(to, v128.shuffle<i64>(f32x4.demote_f64x2_zero(low), f32x4.demote_f64x2_zero(high), 0, 2));
      sums += 32;
    }
    for (let rest = columns & 3; rest > 0; rest--) {
      const sum = load<f64>(sums);
      store<f32>(to, <f32>(accumulate ? sum + <f64>load<f32>(to) : sum));
      sums += 8;
      to += 4;
    }
  }
}
