import { double, powers } from "./double.ts";
import type { Kernel } from "./kernel.ts";
import { laneReductions } from "./lanes.ts";

/**
 * x = (x - shift) * scale, then, with `unit`, divided by the row's L2 norm; missing rows become 0. Computed in twice
 * float32's precision throughout and rounded once, so that features are the same as on a float64 device, all but the
 * rarest of them to the bit: labels depend on that.
 */
export const transformRows: Kernel<
  "x" | "shift" | "scale" | "missing",
  "rows" | "columns" | "lanes" | "unit" | "masked"
> = {
  name: "transform rows",
  buffers: { x: "mut f32", shift: "vec2f", scale: "vec2f", missing: "u32" },
  params: { rows: "u32", columns: "u32", lanes: "u32", unit: "u32", masked: "u32" },
  code: (sizes) => /* wgsl */ `${double}${powers}${laneReductions(sizes)}
fn value(at: u32, c: u32) -> vec2f {
  let about = shift[p.shift + c];
  let difference = two_sum(x[at], -about.x);
  return times(quick_two_sum(difference.x, difference.y - about.y), scale[p.scale + c]);
}

fn run(group: u32, thread: u32) {
  let row = row_of(group, thread);
  let lane = thread % p.lanes;
  let first = p.x + row * p.columns;
  let end = select(0u, p.columns, row < p.rows);
  var present = true;
  if (p.masked != 0u && row < p.rows) { present = missing[p.missing + row] == 0u; }

  var norm = vec2f(1.0, 0.0);
  var factor = 1.0;
  var top = 0u;
  if (p.unit != 0u) {
    for (var c = lane; c < end; c += p.lanes) { top = max(top, magnitude(value(first + c, c).x)); }
    top = top_of_lanes(thread, top);
    factor = shrink(top);
    var sum = vec2f(0.0, 0.0);
    for (var c = lane; c < end; c += p.lanes) { sum = add_pair(sum, square(value(first + c, c) * factor)); }
    norm = root(sum_lanes(thread, sum));
  }
  let zero = !present || (p.unit != 0u && top == 0u);
  for (var c = lane; c < end; c += p.lanes) {
    var result = 0.0;
    if (!zero) {
      let scaled = value(first + c, c) * factor;
      result = scaled.x;
      if (p.unit != 0u) { result = quotient(scaled, norm); }
    }
    x[first + c] = result;
  }
}
`,
};
