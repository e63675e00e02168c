import { cpu, wasm } from "@wellbegun/core";
import { describe, expect, it } from "vitest";
import { fuseFeatures } from "../src/models/content.ts";
import { describeAlignRec } from "./support/alignrec-golden-suite.ts";
import { goldenCases } from "./support/golden.ts";
import { largestDifference } from "./support/tables.ts";
import { openWebgpu } from "./support/webgpu.ts";

const cases = goldenCases();

it("There are three golden cases of AlignRec", () => {
  expect(cases.map(({ name }) => name).sort()).toEqual(["base", "variant", "warm-up"]);
});

describeAlignRec({
  name: "portable backend",
  open: async () => cpu(),
  tolerance: 1e-6,
  // Tables between operations are float32. The gradient of this shift is a sum of their entries that cancel to a hundredth, and Adam
  // divides by its size: one entry is 1.5e-6 of the largest off, in the original's float32 2e-6. With tables of
  // float64 it is not: see alignrec-float64.test.ts.
  exceptions: { "after5.v_ln.bias": 2e-6 },
});
describeAlignRec({ name: "wasm backend", open: () => wasm({ threads: 1 }), tolerance: 1e-5 });
const gpu = await openWebgpu();
if (gpu !== undefined) describeAlignRec({ name: "webgpu backend", open: gpu, tolerance: 1e-5 });

describe.each(cases)("Golden case $name", (golden) => {
  it("puts prepared modalities side by side", () => {
    const table = (name: string) => {
      const { values, rows, columns } = golden.array(`${name}_feat`);
      return { rows, columns, values: Float32Array.from(values) };
    };
    const fused = fuseFeatures({ image: table("image"), audio: table("audio") }, "center+l2");
    expect(largestDifference(fused.values, golden.array("fused_feat").values)).toBeLessThan(1e-6);
  });
});
