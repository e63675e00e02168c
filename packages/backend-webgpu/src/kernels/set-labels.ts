import type { Kernel } from "./kernel.ts";

/** Overwrites the labels of some rows: pairs of a row and its label. One thread for each pair. */
export const setLabels: Kernel<"pairs" | "labels", "count"> = {
  name: "set labels",
  buffers: { pairs: "u32", labels: "mut i32" },
  params: { count: "u32" },
  code: ({ group }) => /* wgsl */ `
fn run(group: u32, thread: u32) {
  let i = group * ${group}u + thread;
  if (i >= p.count) { return; }
  labels[p.labels + pairs[p.pairs + 2u * i]] = i32(pairs[p.pairs + 2u * i + 1u]);
}
`,
};
