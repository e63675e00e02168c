import { DEPTH, packedRows, TILE_COLUMNS, TILE_ROWS } from "./layout.ts";
import { interleave } from "./pack.ts";
import { looseTile, tiles } from "./tile.ts";

/** Rows packed together, and the length of each piece: memory is fastest for long pieces of a row. */
const GROUP_ROWS: i32 = 16;
const STRIPE: i32 = 512;

/**
 * Up to 64 rows of `a b`: `a` row-major with rows `stride` bytes apart, `b` packed in column panels, chunk of 128
 * rows by chunk.
 */
export function multiplyRows(
  a: usize,
  stride: usize,
  rows: i32,
  depth: i32,
  b: usize,
  panelColumns: i32,
  columns: i32,
  out: usize,
  outStride: usize,
  accumulate: bool,
): void {
  if (columns === TILE_COLUMNS) {
    const whole = rows & ~(TILE_ROWS - 1);
    multiplyQuads(a, stride, whole, depth, b, panelColumns, out, outStride, accumulate);
    a += <usize>whole * stride;
    out += <usize>whole * outStride;
    rows -= whole;
  }
  const packed = packedRows();
  for (let row = 0; row < rows; row += GROUP_ROWS) {
    const group = min<i32>(rows - row, GROUP_ROWS);
    const from = a + <usize>row * stride;
    const to = out + <usize>row * outStride;
    for (let stripe = 0; stripe < depth; stripe += STRIPE) {
      const end = min<i32>(stripe + STRIPE, depth);
      packStripe(from + ((<usize>stripe) << 2), stride, group, end - stripe, packed);
      let quads = packed;
      for (let start = stripe; start < end; start += DEPTH) {
        const chunk = min<i32>(end - start, DEPTH);
        const panels = b + <usize>start * ((<usize>panelColumns) << 2);
        tiles(quads, panels, chunk, group, columns, to, outStride, accumulate || start > 0);
        quads += <usize>((group + 3) & ~3) * ((<usize>chunk) << 2);
      }
    }
  }
}

/** Eight columns of the product of groups of four rows, which are read once, from end to end. */
function multiplyQuads(
  a: usize,
  stride: usize,
  rows: i32,
  depth: i32,
  b: usize,
  panelColumns: i32,
  out: usize,
  outStride: usize,
  accumulate: bool,
): void {
  for (let row = 0; row < rows; row += TILE_ROWS) {
    for (let start = 0; start < depth; start += DEPTH) {
      const chunk = min<i32>(depth - start, DEPTH);
      const from = a + ((<usize>start) << 2);
      const panel = b + <usize>start * ((<usize>panelColumns) << 2);
      const add = accumulate || start > 0;
      looseTile(from, from + stride, from + 2 * stride, from + 3 * stride, panel, chunk, out, outStride, add);
    }
    a += TILE_ROWS * stride;
    out += TILE_ROWS * outStride;
  }
}

/** Packs rows in fours, chunk of 128 by chunk; the last four repeat their last row. */
function packStripe(from: usize, stride: usize, rows: i32, depth: i32, to: usize): void {
  const padded = <usize>((rows + 3) & ~3);
  const last = from + <usize>(rows - 1) * stride;
  for (let row = 0; row < rows; row += TILE_ROWS) {
    let row0 = from + <usize>row * stride;
    let row1 = min<usize>(row0 + stride, last);
    let row2 = min<usize>(row1 + stride, last);
    let row3 = min<usize>(row2 + stride, last);
    let chunks = to;
    for (let start = 0; start < depth; start += DEPTH) {
      const chunk = min<i32>(depth - start, DEPTH);
      const bytes = (<usize>chunk) << 2;
      interleave(row0, row1, row2, row3, chunk, chunks + <usize>row * bytes, 16);
      chunks += padded * bytes;
      row0 += bytes;
      row1 += bytes;
      row2 += bytes;
      row3 += bytes;
    }
  }
}
