import type { Kernel } from "./kernel.ts";

/**
 * Copies the listed rows of x, and their labels, side by side. x may hold only the rows `firstRow ..`: other
 * listed rows are ignored. One thread for each element.
 */
export const gatherRows: Kernel<
  "x" | "labels" | "list" | "gathered" | "gatheredLabels",
  "count" | "columns" | "firstRow" | "rows"
> = {
  name: "gather rows",
  buffers: { x: "f32", labels: "i32", list: "u32", gathered: "mut f32", gatheredLabels: "mut i32" },
  params: { count: "u32", columns: "u32", firstRow: "u32", rows: "u32" },
  code: ({ group }) => /* wgsl */ `
fn run(group: u32, thread: u32) {
  let i = group * ${group}u + thread;
  let entry = i / p.columns;
  if (entry >= p.count) { return; }
  let c = i - entry * p.columns;
  let row = list[p.list + entry];
  if (row < p.firstRow || row - p.firstRow >= p.rows) { return; }
  gathered[p.gathered + i] = x[p.x + (row - p.firstRow) * p.columns + c];
  if (c == 0u) { gatheredLabels[p.gatheredLabels + entry] = labels[p.labels + row]; }
}
`,
};
