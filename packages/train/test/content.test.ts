import { expect, it } from "vitest";
import { fuseFeatures } from "../src/models/content.ts";

// Columns 1 and 3 are of the size that sentence encoders leave in two of their columns.
const values = Float32Array.of(1, 3e-33, 4, 1e-19, 2, -2e-33, 1, 5e-33, 0, 1e-34, 1, 2e-33);
const table = { rows: 3, columns: 4, values };

it("Prepared features are centered rows of length 1, without values below 1e-20", () => {
  const { values: found } = fuseFeatures({ text: table }, "center+l2");
  for (let row = 0; row < 3; row++) {
    const own = Array.from(found.subarray(4 * row, 4 * row + 4));
    const centered = [values[4 * row]! - 1, values[4 * row + 2]! - 2];
    const length = Math.hypot(...centered);
    expect(Math.abs(own[0]! - centered[0]! / length)).toBeLessThan(1e-6);
    expect(Math.abs(own[2]! - centered[1]! / length)).toBeLessThan(1e-6);
    expect(own[1]).toBe(0);
  }
  // A third of 1e-19 is large enough to stay.
  expect(Math.abs(found[3]!)).toBeGreaterThan(1e-20);
});

it("Features that are left unchanged keep their small values", () => {
  expect(fuseFeatures({ text: table }, "none").values).toEqual(values);
});
