import { DEPTH, packedRows, TILE_ROWS } from "./layout.ts";
import { interleave } from "./pack.ts";
import { tiles } from "./tile.ts";

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
  const packed = packedRows();
  for (let start = 0; start < depth; start += DEPTH) {
    const chunk = min<i32>(depth - start, DEPTH);
    packQuads(a + ((<usize>start) << 2), stride, rows, chunk, packed);
    const panels = b + <usize>start * ((<usize>panelColumns) << 2);
    tiles(packed, panels, chunk, rows, columns, out, outStride, accumulate || start > 0);
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
