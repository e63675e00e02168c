import type { Kernel } from "./kernel.ts";

/** x = x * factor, in place; one factor for all rows, or one for each. One thread for each element. */
export const scaleRows: Kernel<"x" | "factors", "length" | "columns" | "each"> = {
  name: "scale rows",
  buffers: { x: "mut f32", factors: "f32" },
  params: { length: "u32", columns: "u32", each: "u32" },
  code: ({ group }) => /* wgsl */ `
fn run(group: u32, thread: u32) {
  let i = group * ${group}u + thread;
  if (i >= p.length) { return; }
  x[p.x + i] *= factors[p.factors + select(0u, i / p.columns, p.each != 0u)];
}
`,
};
