import type { FeatureSource } from "@wellbegun/core";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { generateDataset } from "../src/index.ts";

const data = generateDataset({
  users: 100,
  items: 90,
  interactions: 500,
  modalities: [
    { name: "image", width: 37 },
    { name: "text", width: 1 },
    { name: "audio", width: 8 },
  ],
  missing: 0.2,
});

function readRows(source: FeatureSource, firstRow: number, count: number): Float32Array {
  const values = new Float32Array(count * source.columns).fill(Number.NaN);
  void source.read(firstRow, count, values);
  return values;
}

describe("Features", () => {
  it("are the same in whatever blocks and order they are read", () => {
    const first = data.features.image;
    const whole = readRows(first!, 0, 90);
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 90 }), fc.integer({ min: 0, max: 90 }), (a, b) => {
        const [from, to] = [Math.min(a, b), Math.max(a, b)];
        expect(readRows(first!, from, to - from)).toEqual(whole.slice(from * 37, to * 37));
      }),
    );
  });

  it("miss exactly the given share of the rows, other rows in each modality, and are never NaN", () => {
    const masks = Object.values(data.features).map((source) => {
      expect(readRows(source, 0, 90).every(Number.isFinite)).toBe(true);
      expect(source.missing!.filter((flag) => flag === 1)).toHaveLength(18);
      return source.missing;
    });
    expect(masks[0]).not.toEqual(masks[1]);
    for (const { missing } of Object.values(generateDataset({ users: 100, items: 90 }).features))
      expect(missing).toBeUndefined();
  });

  it("have row norms that vary, and a mean that is far from zero", () => {
    const { image } = generateDataset({ users: 100, items: 500 }).features;
    const width = image!.columns;
    const values = readRows(image!, 0, 500);
    const rows = Array.from({ length: 500 }, (_, i) => values.subarray(i * width, (i + 1) * width));
    const norms = rows.map((row) => Math.hypot(...row)).sort((a, b) => a - b);
    expect(norms[450]! / norms[50]!).toBeGreaterThan(1.3);
    const mean = Array.from({ length: width }, (_, c) => rows.reduce((sum, row) => sum + row[c]! / 500, 0));
    expect(Math.hypot(...mean)).toBeGreaterThan(0.5 * norms[250]!);
  });

  it("refuse rows that do not exist, and a block of the wrong size", () => {
    const { image } = data.features;
    expect(() => readRows(image!, 80, 11)).toThrow(
      /rows from 0 to 89, found rows 80 to 90 \(modality image\)/,
    );
    expect(() => image!.read(0, 2, new Float32Array(73))).toThrow(/2 x 37 = 74 values, found 73/);
  });
});
