import type { Kernel } from "../kernel.ts";

/**
 * One step of Adam: m = beta1 m + fresh1 g, v = beta2 v + fresh2 g^2, p = p - rate m / (root sqrt(v) + epsilon). One thread
 * for each element.
 */
export const adam: Kernel<
  "value" | "m" | "v" | "g",
  "length" | "beta1" | "fresh1" | "beta2" | "fresh2" | "rate" | "root" | "epsilon"
> = {
  name: "Adam",
  buffers: { value: "mut f32", m: "mut f32", v: "mut f32", g: "f32" },
  params: {
    length: "u32",
    beta1: "f32",
    fresh1: "f32",
    beta2: "f32",
    fresh2: "f32",
    rate: "f32",
    root: "f32",
    epsilon: "f32",
  },
  code: ({ group }) => /* wgsl */ `
fn run(group: u32, thread: u32) {
  let i = group * ${group}u + thread;
  if (i >= p.length) { return; }
  let slope = g[p.g + i];
  let mean = p.beta1 * m[p.m + i] + p.fresh1 * slope;
  let square = p.beta2 * v[p.v + i] + p.fresh2 * slope * slope;
  m[p.m + i] = mean;
  v[p.v + i] = square;
  value[p.value + i] -= p.rate * mean / (sqrt(square) * p.root + p.epsilon);
}
`,
};
