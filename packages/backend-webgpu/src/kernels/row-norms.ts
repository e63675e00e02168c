import { double, powers } from "./double.ts";
import type { Kernel } from "./kernel.ts";
import { laneReductions } from "./lanes.ts";

/**
 * L2 norm of each row, as float32 bits: NaN for a row with a value that is not finite (by its bits, since compilers
 * may assume that there are none), Infinity where a norm exceeds float32.
 */
export const rowNorms: Kernel<"x" | "norms", "rows" | "columns" | "lanes"> = {
  name: "row norms",
  buffers: { x: "f32", norms: "mut u32" },
  params: { rows: "u32", columns: "u32", lanes: "u32" },
  code: (sizes) => /* wgsl */ `${double}${powers}${laneReductions(sizes)}
fn run(group: u32, thread: u32) {
  let row = row_of(group, thread);
  let lane = thread % p.lanes;
  let first = p.x + row * p.columns;
  let end = select(0u, p.columns, row < p.rows);

  var top = 0u;
  for (var c = lane; c < end; c += p.lanes) { top = max(top, magnitude(x[first + c])); }
  top = top_of_lanes(thread, top);

  let factor = shrink(top);
  var sum = vec2f(0.0, 0.0);
  for (var c = lane; c < end; c += p.lanes) {
    let value = x[first + c] * factor;
    sum = add_pair(sum, two_product(value, value));
  }
  let norm = root(sum_lanes(thread, sum)).x * restore(top);
  if (lane == 0u && end > 0u) {
    norms[p.norms + row] = select(bitcast<u32>(norm), 0x7fc00000u, top >= INFINITE);
  }
}
`,
};
