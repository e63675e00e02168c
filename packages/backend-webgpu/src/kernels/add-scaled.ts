import type { Kernel } from "./kernel.ts";

/** y = y + alpha * x, in place, into columns `firstColumn ..` of y. One thread for each element of x. */
export const addScaled: Kernel<"y" | "x", "length" | "columns" | "stride" | "firstColumn" | "alpha"> = {
  name: "scaled add",
  buffers: { y: "mut f32", x: "f32" },
  params: { length: "u32", columns: "u32", stride: "u32", firstColumn: "u32", alpha: "f32" },
  code: ({ group }) => /* wgsl */ `
fn run(group: u32, thread: u32) {
  let i = group * ${group}u + thread;
  if (i >= p.length) { return; }
  let row = i / p.columns;
  y[p.y + row * p.stride + p.firstColumn + i - row * p.columns] += p.alpha * x[p.x + i];
}
`,
};
