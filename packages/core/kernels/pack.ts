import { TILE_COLUMNS } from "./layout.ts";

/**
 * Interleaves `depth` values of four rows: value k of row r goes to `to + k * step + 4 * r`. With a step of 16
 * this packs the left side of a product; two calls with a step of 32 pack eight rows as columns of the right side.
 */
export function interleave(
  row0: usize,
  row1: usize,
  row2: usize,
  row3: usize,
  depth: i32,
  to: usize,
  step: usize,
): void {
  const end = row0 + ((<usize>depth & ~3) << 2);
  while (row0 < end) {
    const a = v128.load(row0);
    const b = v128.load(row1);
    const c = v128.load(row2);
    const d = v128.load(row3);
    const ab = v128.shuffle<i32>(a, b, 0, 4, 1, 5);
    const cd = v128.shuffle<i32>(c, d, 0, 4, 1, 5);
    const AB = v128.shuffle<i32>(a, b, 2, 6, 3, 7);
    const CD = v128.shuffle<i32>(c, d, 2, 6, 3, 7);
    v128.store(to, v128.shuffle<i64>(ab, cd, 0, 2));
    v128.store(to + step, v128.shuffle<i64>(ab, cd, 1, 3));
    v128.store(to + 2 * step, v128.shuffle<i64>(AB, CD, 0, 2));
    v128.store(to + 3 * step, v128.shuffle<i64>(AB, CD, 1, 3));
    row0 += 16;
    row1 += 16;
    row2 += 16;
    row3 += 16;
    to += 4 * step;
  }
  for (let rest = depth & 3; rest > 0; rest--) {
    store<f32>(to, load<f32>(row0));
    store<f32>(to, load<f32>(row1), 4);
    store<f32>(to, load<f32>(row2), 8);
    store<f32>(to, load<f32>(row3), 12);
    row0 += 4;
    row1 += 4;
    row2 += 4;
    row3 += 4;
    to += step;
  }
}

/**
 * Packs `rows` rows of `depth` values as columns: panels of eight rows, value by value, for the right side of
 * `x y^T`. The last panel repeats its last row; the results of the repetitions are never read.
 */
export function packRowPanels(from: usize, stride: usize, rows: i32, depth: i32, to: usize): void {
  const last = from + <usize>(rows - 1) * stride;
  for (let row = 0; row < rows; row += TILE_COLUMNS) {
    for (let half: usize = 0; half < 2; half++) {
      const row0 = min<usize>(from + (<usize>row + 4 * half) * stride, last);
      const row1 = min<usize>(row0 + stride, last);
      const row2 = min<usize>(row1 + stride, last);
      const row3 = min<usize>(row2 + stride, last);
      interleave(row0, row1, row2, row3, depth, to + 16 * half, 32);
    }
    to += (<usize>depth) << 5;
  }
}

/**
 * Packs `columns` columns of `depth` rows in panels of eight columns, row by row, for the right side of `x y`.
 * The last panel is filled up with zeros.
 */
export function packColumnPanels(from: usize, stride: usize, columns: i32, depth: i32, to: usize): void {
  for (let column = 0; column < columns; column += TILE_COLUMNS) {
    let source = from + ((<usize>column) << 2);
    const present = min<i32>(columns - column, TILE_COLUMNS);
    for (let k = 0; k < depth; k++) {
      if (present === TILE_COLUMNS) {
        v128.store(to, v128.load(source));
        v128.store(to, v128.load(source, 16), 16);
      } else {
        memory.fill(to, 0, 32);
        memory.copy(to, source, (<usize>present) << 2);
      }
      source += stride;
      to += 32;
    }
  }
}
