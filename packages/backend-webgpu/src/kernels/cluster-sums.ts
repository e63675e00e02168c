import { double } from "./double.ts";
import type { Kernel } from "./kernel.ts";

/**
 * Adds the rows of each cluster to parts, chunks x clusters x columns pairs. A thread owns one column of one chunk of
 * rows, and so all the sums that it adds to: no atomics, and always the same order.
 */
export const clusterSums: Kernel<"x" | "labels" | "parts", "rows" | "columns" | "clusters" | "chunks"> = {
  name: "cluster sums",
  buffers: { x: "f32", labels: "i32", parts: "mut vec2f" },
  params: { rows: "u32", columns: "u32", clusters: "u32", chunks: "u32" },
  code: ({ group }) => /* wgsl */ `${double}
fn run(group: u32, thread: u32) {
  let i = group * ${group}u + thread;
  let chunk = i / p.columns;
  if (chunk >= p.chunks) { return; }
  let c = i - chunk * p.columns;
  for (var row = chunk; row < p.rows; row += p.chunks) {
    let label = labels[p.labels + row];
    if (label < 0) { continue; }
    let at = p.parts + (chunk * p.clusters + u32(label)) * p.columns + c;
    parts[at] = add_term(parts[at], x[p.x + row * p.columns + c]);
  }
}
`,
};
