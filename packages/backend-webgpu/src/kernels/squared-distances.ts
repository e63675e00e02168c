import { double, powers } from "./double.ts";
import type { Kernel } from "./kernel.ts";
import { laneReductions } from "./lanes.ts";

/**
 * The squared distance between a row of x and a row of `points`, from differences: equal rows give exactly 0. `top` has
 * the bits of the largest magnitude in both, in whose scale squares neither overflow nor vanish. Needs double.ts and
 * lanes.ts.
 */
export const squaredDistance: string = /* wgsl */ `
fn top_of_row(thread: u32, first: u32, end: u32) -> u32 {
  var top = 0u;
  for (var c = thread % p.lanes; c < end; c += p.lanes) { top = max(top, magnitude(x[first + c])); }
  return top_of_lanes(thread, top);
}

fn squared_distance(thread: u32, first: u32, point: u32, end: u32, top: u32) -> f32 {
  let factor = shrink(top);
  var sum = vec2f(0.0, 0.0);
  for (var c = thread % p.lanes; c < end; c += p.lanes) {
    sum = add_pair(sum, square(two_sum(x[first + c], -points[point + c]) * factor));
  }
  sum = sum_lanes(thread, sum);
  return (sum.x + sum.y) * restore(top) * restore(top);
}
`;

/**
 * Squared Euclidean distance of every row to every point, into columns `firstPoint ..` of rows of `stride` distances.
 * `tops`: see {@link squaredDistance}.
 */
export const squaredDistances: Kernel<
  "x" | "points" | "tops" | "distances",
  "rows" | "columns" | "lanes" | "count" | "firstPoint" | "stride"
> = {
  name: "squared distances",
  buffers: { x: "f32", points: "f32", tops: "u32", distances: "mut f32" },
  params: { rows: "u32", columns: "u32", lanes: "u32", count: "u32", firstPoint: "u32", stride: "u32" },
  code: (sizes) => /* wgsl */ `${double}${powers}${laneReductions(sizes)}${squaredDistance}
fn run(group: u32, thread: u32) {
  let row = row_of(group, thread);
  let first = p.x + row * p.columns;
  let end = select(0u, p.columns, row < p.rows);
  let top = top_of_row(thread, first, end);
  for (var i = 0u; i < p.count; i++) {
    let both = max(top, tops[p.tops + i]);
    let distance = squared_distance(thread, first, p.points + i * p.columns, end, both);
    if (thread % p.lanes == 0u && end > 0u) {
      distances[p.distances + row * p.stride + p.firstPoint + i] = distance;
    }
  }
}
`,
};
