import { double, powers } from "./double.ts";
import type { Kernel } from "./kernel.ts";

/**
 * Sums of (x - shift) and (x - shift)^2 over the rows that are not missing, as parts: chunks x 2 x columns
 * pairs. They are in the scale of each column's largest value and of its square. One thread for each column and
 * chunk of rows.
 */
export const columnMoments: Kernel<
  "x" | "shift" | "missing" | "tops" | "parts",
  "rows" | "columns" | "chunks" | "masked"
> = {
  name: "column moments",
  buffers: { x: "f32", shift: "vec2f", missing: "u32", tops: "u32", parts: "mut vec2f" },
  params: { rows: "u32", columns: "u32", chunks: "u32", masked: "u32" },
  code: ({ group }) => /* wgsl */ `${double}${powers}
fn run(group: u32, thread: u32) {
  let i = group * ${group}u + thread;
  let c = i % p.columns;
  let chunk = i / p.columns;
  if (chunk >= p.chunks) { return; }
  let about = shift[p.shift + c];
  let factor = shrink(tops[p.tops + c]);
  var sum = vec2f(0.0, 0.0);
  var squares = vec2f(0.0, 0.0);
  for (var row = chunk; row < p.rows; row += p.chunks) {
    if (p.masked != 0u) {
      if (missing[p.missing + row] != 0u) { continue; }
    }
    let difference = two_sum(x[p.x + row * p.columns + c], -about.x);
    let value = quick_two_sum(difference.x, difference.y - about.y) * factor;
    sum = add_pair(sum, value);
    squares = add_pair(squares, square(value));
  }
  let at = p.parts + chunk * 2u * p.columns + c;
  parts[at] = sum;
  parts[at + p.columns] = squares;
}
`,
};
