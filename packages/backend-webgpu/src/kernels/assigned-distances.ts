import { double, powers } from "./double.ts";
import type { Kernel } from "./kernel.ts";
import { laneReductions } from "./lanes.ts";
import { squaredDistance } from "./squared-distances.ts";

/** Squared distance of each row to the point of its label, 0 where that is -1. `tops`: see squared-distances.ts. */
export const assignedDistances: Kernel<
  "x" | "points" | "tops" | "labels" | "distances",
  "rows" | "columns" | "lanes"
> = {
  name: "assigned distances",
  buffers: { x: "f32", points: "f32", tops: "u32", labels: "i32", distances: "mut f32" },
  params: { rows: "u32", columns: "u32", lanes: "u32" },
  code: (sizes) => /* wgsl */ `${double}${powers}${laneReductions(sizes)}${squaredDistance}
fn run(group: u32, thread: u32) {
  let row = row_of(group, thread);
  let first = p.x + row * p.columns;
  var label = -1;
  if (row < p.rows) { label = labels[p.labels + row]; }
  let end = select(0u, p.columns, label >= 0);
  let cluster = u32(max(label, 0));
  let top = max(top_of_row(thread, first, end), tops[p.tops + cluster]);
  let distance = squared_distance(thread, first, p.points + cluster * p.columns, end, top);
  if (thread % p.lanes == 0u && row < p.rows) { distances[p.distances + row] = distance; }
}
`,
};
