import { describe, expect, it } from "vitest";
import { cpu, denseFeatures, fit, type Model, type RunOptions, wasm } from "../src/index.ts";
import { toInteractions } from "./support/dataset.ts";
import { normalTable } from "./support/numbers.ts";
import { largestDifference, norm, rowsOf, tableRows } from "./support/tables.ts";

const side = 512;
const dim = 16;

/** Items of which nothing is wanted but their principal axes. */
function project(
  modalities: Readonly<Record<string, Float32Array>>,
  runtime: Omit<RunOptions, "initializer"> = {},
  weights: Readonly<Record<string, number>> = {},
): Promise<Model> {
  const features = Object.fromEntries(
    Object.entries(modalities).map(([name, data]) => [name, denseFeatures(data, side, data.length / side)]),
  );
  const interactions = toInteractions([[{ item: 0, weight: 1 }]], side);
  const plain = { prepare: "none", scale: "none", clusters: 1, maxIterations: 0, zeroRows: "keep" } as const;
  return fit({ train: interactions, features }, { ...plain, dim, weights, ...runtime });
}

/**
 * A side x side table whose singular values are known without decomposing anything: rows of a Hadamard matrix
 * (orthogonal, by Sylvester's construction), each times its singular value, in an order that tells nothing, and mirrored
 * in a random plane, so that no two entries of an axis are as large as each other.
 */
function withSingularValues(values: readonly number[]): Float32Array {
  const bits = (x: number): number => x.toString(2).replaceAll("0", "").length;
  const plane = normalTable(1, side, 3);
  const square = plane.reduce((sum, x) => sum + x * x, 0);
  const table = new Float32Array(side * side);
  for (let r = 0; r < side; r++) {
    const row = Array.from(plane, (_, c) => (bits(r & c) % 2 === 0 ? 1 : -1) / Math.sqrt(side));
    const across = (2 * row.reduce((sum, x, c) => sum + x * plane[c]!, 0)) / square;
    for (let c = 0; c < side; c++) {
      table[r * side + c] = values[(r * 37) % side]! * (row[c]! - across * plane[c]!);
    }
  }
  return table;
}

const order = Array.from({ length: side }, (_, i) => i);
const spectra = [
  // As features of images fall off.
  { name: "falls like a power", values: order.map((i) => (i + 1) ** -0.7), lost: 1e-6 },
  { name: "falls by a factor", values: order.map((i) => 0.97 ** i), lost: 1e-6 },
  // A few clusters, then noise that hardly falls: the hardest, since the axes asked for reach into the noise.
  { name: "clusters above noise", values: order.map((i) => (i < 7 ? 9 - i : 0.6 - i / 1000)), lost: 1e-4 },
  { name: "ends early", values: order.map((i) => (i < 40 ? 1 + i / 100 : 0)), lost: 1e-6 },
];

describe.each(spectra)("Sketched axes of a wide table whose energy $name", ({ values, lost }) => {
  const energy = values.map((value) => value * value).sort((a, b) => b - a);
  const total = energy.reduce((sum, value) => sum + value, 0);
  const best = energy.slice(0, dim).reduce((sum, value) => sum + value, 0) / total;
  const data = withSingularValues(values);

  it("keep what the best axes keep, and report how much", async () => {
    const { items, report } = await project({ image: data });
    const kept = tableRows(items).reduce((sum, row) => sum + norm(row) ** 2, 0) / total;
    expect(kept).toBeGreaterThan(best * (1 - lost));
    expect(kept).toBeLessThan(best * (1 + 1e-6));
    expect(report.explained.image).toBeCloseTo(kept, 6);
  });

  it("are the same on another backend to 1e-4 of the largest value", async () => {
    const [portable, fast] = [cpu(), await wasm({ threads: 1 })];
    try {
      const expected = (await project({ image: data }, { backend: portable })).items.data;
      const found = (await project({ image: data }, { backend: fast })).items.data;
      const largest = expected.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
      expect(largestDifference(found, expected)).toBeLessThanOrEqual(1e-4 * largest);
    } finally {
      await portable.dispose();
      await fast.dispose();
    }
  });
});

describe("Sketched axes", () => {
  const image = normalTable(side, 200, 1, (c) => 0.98 ** c);
  const text = normalTable(side, 150, 2, (c) => 0.97 ** c);
  const weights = { image: 0.5, text: 2 };

  it("of modalities side by side keep as much as those of one wide table, weights included", async () => {
    const both = await project({ image, text }, {}, weights);
    const textRows = rowsOf(text, 150);
    const wide = rowsOf(image, 200).flatMap((row, r) => [
      ...row.map((value) => value * weights.image),
      ...textRows[r]!.map((value) => value * weights.text),
    ]);
    const joined = await project({ joined: Float32Array.from(wide) });
    expect(both.report.explained["image+text"]).toBeCloseTo(joined.report.explained.joined!, 5);
  });

  it("are the same where features are read again for each pass, in blocks", async () => {
    const resident = await project({ image, text }, {}, weights);
    const streamed = await project({ image, text }, { memory: 900_000 }, weights);
    const largest = resident.items.data.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    expect(largestDifference(streamed.items.data, resident.items.data)).toBeLessThanOrEqual(1e-4 * largest);
  });

  it("of zeros explain nothing, and are not NaN", async () => {
    const features = {
      image: denseFeatures(new Float32Array(8 * 300), 8, 300),
      audio: denseFeatures(normalTable(8, dim, 1), 8, dim),
    };
    const interactions = toInteractions([[{ item: 0, weight: 1 }]], 8);
    const options = { prepare: "none", scale: "none", clusters: 1, dim, zeroRows: "keep" } as const;
    const both = await fit({ train: interactions, features }, { ...options, combine: "mean" });
    expect([...both.perModality.image!.data]).toEqual(new Array(dim).fill(0));
    expect(both.items.data.every(Number.isFinite)).toBe(true);
    expect(both.report.explained.image).toBe(0);
  });
});
