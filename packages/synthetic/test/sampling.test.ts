import { createRandom } from "@wellbegun/core/support";
import fc from "fast-check";
import { expect, it } from "vitest";
import { bell, permutation, power, WeightedSampler } from "../src/sampling.ts";

it("power agrees with Math.pow", () => {
  const base = fc.double({ min: 1e-3, max: 1e6, noNaN: true });
  const exponent = fc.double({ min: -5, max: 5, noNaN: true });
  fc.assert(
    fc.property(base, exponent, (b, e) => {
      expect(power(b, e) / b ** e).toBeCloseTo(1, 9);
    }),
  );
});

it("bell has mean 0, variance 1, and both tails", () => {
  const random = createRandom(5, "bell");
  const values = Array.from({ length: 40_000 }, () => bell(random));
  const mean = values.reduce((a, b) => a + b) / values.length;
  const variance = values.reduce((sum, v) => sum + (v - mean) ** 2, 0) / values.length;
  expect(Math.abs(mean)).toBeLessThan(0.02);
  expect(Math.abs(variance - 1)).toBeLessThan(0.03);
  expect(values.filter((v) => v > 1).length / values.length).toBeCloseTo(0.16, 1);
  expect(values.filter((v) => v < -1).length / values.length).toBeCloseTo(0.16, 1);
});

it("permutation holds every number once", () => {
  fc.assert(
    fc.property(fc.nat({ max: 300 }), fc.nat(), (count, seed) => {
      const order = permutation(count, createRandom(seed, "order"));
      expect([...order].sort((a, b) => a - b)).toEqual(Array.from({ length: count }, (_, i) => i));
    }),
  );
});

it("WeightedSampler draws its members in proportion to their weights", () => {
  const weights = Float64Array.of(100, 1, 2, 100, 5, 12);
  const members = Uint32Array.of(1, 2, 4, 5);
  const sampler = new WeightedSampler(members, weights);
  const random = createRandom(11, "draws");
  const counts = weights.map(() => 0);
  for (let d = 0; d < 40_000; d++) counts[sampler.draw(random)]!++;
  counts.forEach((count, member) => {
    const expected = members.includes(member) ? (40_000 * weights[member]!) / 20 : 0;
    expect(Math.abs(count - expected)).toBeLessThanOrEqual(5 * Math.sqrt(expected));
  });
});
