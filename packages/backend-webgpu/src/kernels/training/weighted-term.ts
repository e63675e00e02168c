import type { Kernel } from "../kernel.ts";

/** out = weight * x, or out + weight * x. One thread for each element. */
export const weightedTerm: Kernel<"x" | "out", "length" | "weight" | "add"> = {
  name: "weighted term",
  buffers: { x: "f32", out: "mut f32" },
  params: { length: "u32", weight: "f32", add: "u32" },
  code: ({ group }) => /* wgsl */ `
fn run(group: u32, thread: u32) {
  let i = group * ${group}u + thread;
  if (i >= p.length) { return; }
  let term = p.weight * x[p.x + i];
  if (p.add != 0u) { out[p.out + i] += term; } else { out[p.out + i] = term; }
}
`,
};
