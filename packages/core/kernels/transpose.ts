import { blockScores, DEPTH, packedRows, TILE_ROWS } from "./layout.ts";
import { high64, low64 } from "./simd.ts";
import { tiles } from "./tile.ts";

/**
 * Up to 64 rows of `a^T b` over some rows of both: `a` points at the first of the columns used. The products of
 * these rows are summed in float32 and then added to the float64 `sums`, so that the error does not grow with
 * the number of rows.
 */
export function multiplyTransposed(
  a: usize,
  stride: usize,
  outRows: i32,
  depth: i32,
  b: usize,
  panelColumns: i32,
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
      b + <usize>start * ((<usize>panelColumns) << 2),
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

/** Writes float64 sums as a float32 matrix whose rows are `stride` bytes apart, or adds them to it. */
export function storeSums(
  sums: usize,
  rows: i32,
  columns: i32,
  out: usize,
  stride: usize,
  accumulate: bool,
): void {
  for (let row = 0; row < rows; row++) {
    let to = out + <usize>row * stride;
    for (let column = 0; column < columns; column++) {
      const sum = load<f64>(sums);
      store<f32>(to, <f32>(accumulate ? sum + <f64>load<f32>(to) : sum));
      sums += 8;
      to += 4;
    }
  }
}
