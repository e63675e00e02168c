import { DEPTH, packedRows, TILE_COLUMNS, TILE_ROWS } from "./layout.ts";
import { interleave } from "./pack.ts";
import { looseTile, tiles } from "./tile.ts";

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
  for (let start = 0; start < depth; start += DEPTH) {
    const chunk = min<i32>(depth - start, DEPTH);
    packQuads(a + ((<usize>start) << 2), stride, rows, chunk, packed);
    const panels = b + <usize>start * ((<usize>panelColumns) << 2);
    tiles(packed, panels, chunk, rows, columns, out, outStride, accumulate || start > 0);
  }
}

/** Eight columns of the product of whole quads of rows, which are read once, from end to end. */
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

/** Packs `rows` rows in fours; the last four repeat their last row. */
export function packQuads(from: usize, stride: usize, rows: i32, depth: i32, to: usize): void {
  const last = from + <usize>(rows - 1) * stride;
  for (let row = 0; row < rows; row += TILE_ROWS) {
    const row0 = from + <usize>row * stride;
    const row1 = min<usize>(row0 + stride, last);
    const row2 = min<usize>(row1 + stride, last);
    const row3 = min<usize>(row2 + stride, last);
    interleave(row0, row1, row2, row3, depth, to, 16);
    to += (<usize>depth) << 4;
  }
}
