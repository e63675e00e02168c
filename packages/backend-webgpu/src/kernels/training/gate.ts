import type { Kernel } from "../kernel.ts";
import { exponentials } from "./exponentials.ts";

/** g = sigmoid(a + bias), z = q * g. One thread for each element. */
export const gate: Kernel<"a" | "bias" | "q" | "g" | "z", "length" | "columns"> = {
  name: "gate",
  buffers: { a: "f32", bias: "f32", q: "f32", g: "mut f32", z: "mut f32" },
  params: { length: "u32", columns: "u32" },
  code: ({ group }) => /* wgsl */ `${exponentials}
fn run(group: u32, thread: u32) {
  let i = group * ${group}u + thread;
  if (i >= p.length) { return; }
  let opening = sigmoid(a[p.a + i] + bias[p.bias + i % p.columns]);
  g[p.g + i] = opening;
  z[p.z + i] = q[p.q + i] * opening;
}
`,
};

/** dq = dq + dz * g, da = dz * q * g * (1 - g). One thread for each element. */
export const gateBackward: Kernel<"dz" | "q" | "g" | "dq" | "da", "length"> = {
  name: "gate backward",
  buffers: { dz: "f32", q: "f32", g: "f32", dq: "mut f32", da: "mut f32" },
  params: { length: "u32" },
  code: ({ group }) => /* wgsl */ `
fn run(group: u32, thread: u32) {
  let i = group * ${group}u + thread;
  if (i >= p.length) { return; }
  let opening = g[p.g + i];
  let slope = dz[p.dz + i] * opening;
  dq[p.dq + i] += slope;
  da[p.da + i] = slope * q[p.q + i] * (1.0 - opening);
}
`,
};
