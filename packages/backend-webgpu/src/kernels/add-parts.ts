import { double } from "./double.ts";
import type { Kernel } from "./kernel.ts";

/** Adds up the chunks of a product (see multiply.ts) in their order, into `out` or on top of it. */
export const addParts: Kernel<"parts" | "out", "count" | "length" | "accumulate"> = {
  name: "sum of products",
  buffers: { parts: "f32", out: "mut f32" },
  params: { count: "u32", length: "u32", accumulate: "u32" },
  code: ({ group }) => /* wgsl */ `${double}
fn run(group: u32, thread: u32) {
  let i = group * ${group}u + thread;
  if (i >= p.length) { return; }
  var sum = vec2f(0.0, 0.0);
  if (p.accumulate != 0u) { sum.x = out[p.out + i]; }
  for (var part = 0u; part < p.count; part++) { sum = add_term(sum, parts[p.parts + part * p.length + i]); }
  out[p.out + i] = sum.x + sum.y;
}
`,
};
