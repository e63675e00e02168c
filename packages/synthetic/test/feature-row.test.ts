import { createRandom } from "@wellbegun/core/support";
import { describe, expect, it } from "vitest";
import { FACTORS } from "../src/catalog.ts";
import { fillRow, type RowLaw } from "../src/feature-row.ts";

const width = 4096;
const silent = new Float64Array(FACTORS);

function lawWith(key: number, map: Float64Array = new Float64Array(width * FACTORS)): RowLaw {
  return { map, offset: new Float64Array(width), key };
}

/** What is left of a row whose map and offset are 0: its noise. */
function noiseOf(key: number, row: number): number[] {
  const target = new Float32Array(width);
  fillRow(target, lawWith(key), row, silent, 1);
  return [...target];
}

function correlation(a: number[], b: number[]): number {
  const mean = (values: number[]): number => values.reduce((x, y) => x + y, 0) / values.length;
  const [meanA, meanB] = [mean(a), mean(b)];
  const covariance = (x: number[], mx: number, y: number[], my: number): number =>
    mean(x.map((value, i) => (value - mx) * (y[i]! - my)));
  return (
    covariance(a, meanA, b, meanB) /
    Math.sqrt(covariance(a, meanA, a, meanA) * covariance(b, meanB, b, meanB))
  );
}

it("A row is its norm times the map of its view, its offset and its noise", () => {
  const random = createRandom(3, "row");
  const map = Float64Array.from({ length: width * FACTORS }, () => random.normal());
  const offset = Float64Array.from({ length: width }, () => random.normal());
  const view = Float64Array.from({ length: FACTORS }, () => random.normal());
  const target = new Float32Array(width);
  fillRow(target, { map, offset, key: 9 }, 5, view, 1.7);
  const noise = noiseOf(9, 5);
  target.forEach((value, c) => {
    const product = view.reduce((sum, factor, f) => sum + factor * map[c * FACTORS + f]!, 0);
    expect(value).toBeCloseTo(1.7 * (offset[c]! + product + noise[c]!), 4);
  });
});

describe("The noise of elements", () => {
  it("has mean 0 and a standard deviation of 0.3", () => {
    const noise = [0, 1, 2, 3].flatMap((row) => noiseOf(1, row));
    const mean = noise.reduce((a, b) => a + b) / noise.length;
    expect(Math.abs(mean)).toBeLessThan(0.01);
    expect(Math.sqrt(noise.reduce((sum, v) => sum + v * v, 0) / noise.length)).toBeCloseTo(0.3, 2);
  });

  // Independent values correlate by about 1 / sqrt(4096) = 0.016; 0.08 is five times that.
  it("is unrelated between neighbors along a row, between rows, and between modalities", () => {
    const row = noiseOf(1, 10);
    for (const lag of [1, 2, 16, 64]) {
      expect(Math.abs(correlation(row.slice(lag), row.slice(0, -lag)))).toBeLessThan(0.08);
    }
    for (const other of [0, 9, 11, 12, 1034]) {
      expect(Math.abs(correlation(row, noiseOf(1, other)))).toBeLessThan(0.08);
    }
    for (const key of [0, 2, 3, 0xffffffff]) {
      expect(Math.abs(correlation(row, noiseOf(key, 10)))).toBeLessThan(0.08);
    }
  });
});
