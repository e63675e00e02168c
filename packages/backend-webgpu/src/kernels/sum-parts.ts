import { double } from "./double.ts";
import type { Kernel } from "./kernel.ts";

/**
 * Adds up parts that kernels of many threads left behind, in their order: count x length pairs to length pairs, or on top
 * of these.
 */
export const sumParts: Kernel<"parts" | "sums", "count" | "length" | "accumulate"> = {
  name: "sum of parts",
  buffers: { parts: "vec2f", sums: "mut vec2f" },
  params: { count: "u32", length: "u32", accumulate: "u32" },
  code: ({ group }) => /* wgsl */ `${double}
fn run(group: u32, thread: u32) {
  let i = group * ${group}u + thread;
  if (i >= p.length) { return; }
  var sum = vec2f(0.0, 0.0);
  if (p.accumulate != 0u) { sum = sums[p.sums + i]; }
  for (var part = 0u; part < p.count; part++) { sum = add_pair(sum, parts[p.parts + part * p.length + i]); }
  sums[p.sums + i] = sum;
}
`,
};
