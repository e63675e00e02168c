import type { Kernel } from "./kernel.ts";

/** Rows of each cluster and, behind these counts, rows whose label differs from before. One thread for each row. */
export const tallyLabels: Kernel<"before" | "labels" | "counts", "rows" | "clusters"> = {
  name: "tally labels",
  buffers: { before: "i32", labels: "i32", counts: "mut atomic<u32>" },
  params: { rows: "u32", clusters: "u32" },
  code: ({ group }) => /* wgsl */ `
fn run(group: u32, thread: u32) {
  let row = group * ${group}u + thread;
  if (row >= p.rows) { return; }
  let label = labels[p.labels + row];
  if (label < 0) { return; }
  atomicAdd(&counts[p.counts + u32(label)], 1u);
  if (label != before[p.before + row]) { atomicAdd(&counts[p.counts + p.clusters], 1u); }
}
`,
};
