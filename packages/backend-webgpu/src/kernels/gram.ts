import { double, powers } from "./double.ts";
import type { Kernel } from "./kernel.ts";

/** Rows of x in workgroup memory at a time, for each row of threads. */
const SLICES = 4;

/**
 * `x^T x` as parts: chunks x columns x columns pairs, each entry in the scale of its two columns. A workgroup
 * takes a square tile of the upper half and a chunk of rows; tiles below the diagonal are not written. Products
 * are rounded once, their sums are not.
 */
export const gram: Kernel<"x" | "tops" | "parts", "rows" | "columns" | "chunks"> = {
  name: "gram",
  buffers: { x: "f32", tops: "u32", parts: "mut vec2f" },
  params: { rows: "u32", columns: "u32", chunks: "u32" },
  code: ({ side }) => /* wgsl */ `${double}${powers}
const SIDE = ${side}u;
const DEPTH = ${SLICES * side}u;
var<workgroup> left: array<f32, ${SLICES * side * side}>;
var<workgroup> right: array<f32, ${SLICES * side * side}>;

fn load(row: u32, end: u32, column: u32, factor: f32) -> f32 {
  if (row >= end || column >= p.columns) { return 0.0; }
  return x[p.x + row * p.columns + column] * factor;
}

fn run(group: u32, thread: u32) {
  let tiles = (p.columns + SIDE - 1u) / SIDE;
  let chunk = group / (tiles * tiles);
  let tile = group % (tiles * tiles);
  let first_i = (tile / tiles) * SIDE;
  let first_j = (tile % tiles) * SIDE;
  if (first_j < first_i) { return; }
  let per_chunk = (p.rows + p.chunks - 1u) / p.chunks;
  let begin = chunk * per_chunk;
  let end = min(begin + per_chunk, p.rows);

  // The threads beyond the square only keep step at the barriers.
  let inside = thread < SIDE * SIDE;
  let tx = thread % SIDE;
  let ty = thread / SIDE;
  var factor_i = 0.0;
  var factor_j = 0.0;
  if (first_i + tx < p.columns) { factor_i = shrink(tops[p.tops + first_i + tx]); }
  if (first_j + tx < p.columns) { factor_j = shrink(tops[p.tops + first_j + tx]); }

  var sum = vec2f(0.0, 0.0);
  for (var row = begin; row < end; row += DEPTH) {
    if (inside) {
      for (var r = ty; r < DEPTH; r += SIDE) {
        left[r * SIDE + tx] = load(row + r, end, first_i + tx, factor_i);
        right[r * SIDE + tx] = load(row + r, end, first_j + tx, factor_j);
      }
    }
    workgroupBarrier();
    if (inside) {
      for (var r = 0u; r < min(DEPTH, end - row); r++) {
        sum = add_term(sum, hold(left[r * SIDE + ty] * right[r * SIDE + tx]));
      }
    }
    workgroupBarrier();
  }
  let i = first_i + ty;
  let j = first_j + tx;
  if (inside && i < p.columns && j < p.columns) {
    parts[p.parts + (chunk * p.columns + i) * p.columns + j] = sum;
  }
}
`,
};
