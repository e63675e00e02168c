import { double } from "../double.ts";
import type { Kernel } from "../kernel.ts";
import { laneReductions } from "../lanes.ts";
import { exponentials } from "./exponentials.ts";

/**
 * Turns rows of logits a v^T into the gradient of InfoNCE by them, in place, `lanes` threads for each row; row 0 of
 * `panel` is row `first` of a. `results` gets the sum z_r and the logit L_rr of each row.
 *
 * T_rs = (c_r c_s e^{L_rs} / z_r - c_r [r = s]) scale, L = sharpness a v^T, z_r = sum_s c_s e^{L_rs}.
 */
export const infoNce: Kernel<
  "panel" | "counts" | "results",
  "rows" | "columns" | "lanes" | "first" | "sharpness" | "scale"
> = {
  name: "InfoNCE",
  buffers: { panel: "mut f32", counts: "f32", results: "mut vec2f" },
  params: { rows: "u32", columns: "u32", lanes: "u32", first: "u32", sharpness: "f32", scale: "f32" },
  code: (sizes) => /* wgsl */ `${double}${laneReductions(sizes)}${exponentials}
fn run(group: u32, thread: u32) {
  let row = row_of(group, thread);
  let lane = thread % p.lanes;
  let place = p.panel + row * p.columns;
  let end = select(0u, p.columns, row < p.rows);
  let own = p.first + row;
  var logit = 0.0;
  if (end > 0u) { logit = p.sharpness * panel[place + own]; }
  // Every thread of the row reads its own logit before one of them overwrites it.
  workgroupBarrier();
  var sum = vec2f(0.0, 0.0);
  for (var c = lane; c < end; c += p.lanes) {
    let e = counts[p.counts + c] * bounded_exp(p.sharpness * panel[place + c]);
    panel[place + c] = e;
    sum = add_term(sum, e);
  }
  let found = sum_lanes(thread, sum);
  let z = found.x + found.y;
  if (end == 0u) { return; }
  let count = counts[p.counts + own];
  let share = count * p.scale / z;
  for (var c = lane; c < end; c += p.lanes) {
    var slope = share * panel[place + c];
    if (c == own) { slope -= count * p.scale; }
    panel[place + c] = slope;
  }
  if (lane == 0u) { results[p.results + own] = vec2f(z, logit); }
}
`,
};

/**
 * The gradient by rows x before they were divided by their norms, in place of that by the divided rows y:
 * dx = (dy - (y . dy) y) weight / |x|, with norms of at least 1e-12. `lanes` threads for each row.
 */
export const throughUnit: Kernel<"dy" | "x", "rows" | "columns" | "lanes" | "weight"> = {
  name: "through unit rows",
  buffers: { dy: "mut f32", x: "f32" },
  params: { rows: "u32", columns: "u32", lanes: "u32", weight: "f32" },
  code: (sizes) => /* wgsl */ `${double}${laneReductions(sizes)}
fn run(group: u32, thread: u32) {
  let row = row_of(group, thread);
  let lane = thread % p.lanes;
  let place = row * p.columns;
  let end = select(0u, p.columns, row < p.rows);
  var squares = vec2f(0.0, 0.0);
  var products = vec2f(0.0, 0.0);
  for (var c = lane; c < end; c += p.lanes) {
    let value = x[p.x + place + c];
    squares = add_term(squares, value * value);
    products = add_term(products, value * dy[p.dy + place + c]);
  }
  let square = sum_lanes(thread, squares);
  let product = sum_lanes(thread, products);
  let norm = max(sqrt(square.x + square.y), 1e-12);
  let along = (product.x + product.y) / norm / norm;
  for (var c = lane; c < end; c += p.lanes) {
    dy[p.dy + place + c] = (dy[p.dy + place + c] - along * x[p.x + place + c]) * (p.weight / norm);
  }
}
`,
};
