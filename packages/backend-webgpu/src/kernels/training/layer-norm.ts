import { double } from "../double.ts";
import type { Kernel } from "../kernel.ts";
import { laneReductions } from "../lanes.ts";

/** The mean of a row and 1 / sqrt(variance + 1e-5), by all threads of a row. */
const moments = /* wgsl */ `
fn row_moments(first: u32, lane: u32, end: u32, thread: u32) -> vec2f {
  var sum = vec2f(0.0, 0.0);
  for (var c = lane; c < end; c += p.lanes) { sum = add_term(sum, x[first + c]); }
  let total = sum_lanes(thread, sum);
  let mean = (total.x + total.y) / f32(p.columns);
  var squares = vec2f(0.0, 0.0);
  for (var c = lane; c < end; c += p.lanes) {
    let d = x[first + c] - mean;
    squares = add_term(squares, d * d);
  }
  let spread = sum_lanes(thread, squares);
  return vec2f(mean, 1.0 / sqrt((spread.x + spread.y) / f32(p.columns) + 1e-5));
}
`;

/** out = (x - mean) / sqrt(variance + 1e-5) * gain + bias, row by row, `lanes` threads for each row. */
export const layerNorm: Kernel<"x" | "gain" | "bias" | "out", "rows" | "columns" | "lanes"> = {
  name: "layer norm",
  buffers: { x: "f32", gain: "f32", bias: "f32", out: "mut f32" },
  params: { rows: "u32", columns: "u32", lanes: "u32" },
  code: (sizes) => /* wgsl */ `${double}${laneReductions(sizes)}${moments}
fn run(group: u32, thread: u32) {
  let row = row_of(group, thread);
  let lane = thread % p.lanes;
  let first = p.x + row * p.columns;
  let end = select(0u, p.columns, row < p.rows);
  let found = row_moments(first, lane, end, thread);
  for (var c = lane; c < end; c += p.lanes) {
    let normal = (x[first + c] - found.x) * found.y;
    out[p.out + row * p.columns + c] = normal * gain[p.gain + c] + bias[p.bias + c];
  }
}
`,
};

/**
 * dx = factor (y - mean(y) - x^ mean(y x^)) with y = dout * gain, and `products` = dout * x^, whose column sums are the
 * gradient of the gain.
 */
export const layerNormBackward: Kernel<
  "dout" | "x" | "gain" | "dx" | "products",
  "rows" | "columns" | "lanes"
> = {
  name: "layer norm backward",
  buffers: { dout: "f32", x: "f32", gain: "f32", dx: "mut f32", products: "mut f32" },
  params: { rows: "u32", columns: "u32", lanes: "u32" },
  code: (sizes) => /* wgsl */ `${double}${laneReductions(sizes)}${moments}
fn run(group: u32, thread: u32) {
  let row = row_of(group, thread);
  let lane = thread % p.lanes;
  let place = row * p.columns;
  let end = select(0u, p.columns, row < p.rows);
  let found = row_moments(p.x + place, lane, end, thread);
  var sum = vec2f(0.0, 0.0);
  var along = vec2f(0.0, 0.0);
  for (var c = lane; c < end; c += p.lanes) {
    let y = dout[p.dout + place + c] * gain[p.gain + c];
    sum = add_term(sum, y);
    along = add_term(along, y * (x[p.x + place + c] - found.x) * found.y);
  }
  let sums = sum_lanes(thread, sum);
  let alongs = sum_lanes(thread, along);
  let mean = (sums.x + sums.y) / f32(p.columns);
  let projection = (alongs.x + alongs.y) / f32(p.columns);
  for (var c = lane; c < end; c += p.lanes) {
    let slope = dout[p.dout + place + c];
    let normal = (x[p.x + place + c] - found.x) * found.y;
    dx[p.dx + place + c] = found.y * (slope * gain[p.gain + c] - mean - normal * projection);
    products[p.products + place + c] = slope * normal;
  }
}
`,
};
