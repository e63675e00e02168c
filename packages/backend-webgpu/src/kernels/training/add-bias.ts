import type { Kernel } from "../kernel.ts";

/** x = x + bias in every row. One thread for each element. */
export const addBias: Kernel<"x" | "bias", "length" | "columns"> = {
  name: "add bias",
  buffers: { x: "mut f32", bias: "f32" },
  params: { length: "u32", columns: "u32" },
  code: ({ group }) => /* wgsl */ `
fn run(group: u32, thread: u32) {
  let i = group * ${group}u + thread;
  if (i >= p.length) { return; }
  x[p.x + i] += bias[p.bias + i % p.columns];
}
`,
};
