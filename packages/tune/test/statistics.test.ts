import fc from "fast-check";
import { expect, it } from "vitest";
import { defaultSettings, importances, pairedBootstrap, type SettingName } from "../src/index.ts";

const base = defaultSettings({ image: 20 });
const trial = fc.record({
  prepare: fc.constantFrom("l2", "center", "none"),
  lambda: fc.constantFrom(0, 0.5, 1),
  clusters: fc.constantFrom(4, 8),
  score: fc.float({ min: 0, max: 1, noNaN: true }),
});

it("explains variance as a one-way analysis of variance does", () => {
  fc.assert(
    fc.property(fc.array(trial, { minLength: 4, maxLength: 40 }), (drawn) => {
      const trials = drawn.map(({ score, ...own }) => ({
        settings: { ...base, ...own, prepare: own.prepare as "l2" },
        score,
      }));
      const found = importances(trials, ["prepare", "lambda", "clusters"]);
      for (const { setting, explained, importance } of found) {
        const { eta, epsilon } = naive(drawn, setting);
        expect(explained).toBeCloseTo(eta, 9);
        expect(importance).toBeCloseTo(Math.max(0, epsilon), 9);
      }
    }),
    { seed: 3 },
  );
});

/** Sums over pairs: the within-group and total sums of squares are half the mean squared differences. */
function naive(drawn: readonly (Record<string, unknown> & { score: number })[], setting: SettingName) {
  const rows = setting === "clusters" ? drawn.filter(({ lambda }) => lambda !== 1) : drawn;
  const squares = (part: readonly { score: number }[]): number => {
    let sum = 0;
    for (const a of part) for (const b of part) sum += (a.score - b.score) ** 2;
    return sum / (2 * part.length);
  };
  const values = [...new Set(rows.map((row) => row[setting]))];
  const within = values.reduce<number>(
    (sum, value) => sum + squares(rows.filter((row) => row[setting] === value)),
    0,
  );
  const total = squares(rows);
  if (total === 0) return { eta: 0, epsilon: 0 };
  const freedom = rows.length - values.length;
  const error = freedom > 0 ? within / freedom : Number.POSITIVE_INFINITY;
  return { eta: 1 - within / total, epsilon: (total - within - (values.length - 1) * error) / total };
}

it("leaves out settings without a choice", () => {
  const one = { settings: base, score: 1 };
  expect(importances([one, { ...one, score: 2 }], ["prepare", "clusters"])).toEqual([]);
});

it("tells a shift from none", () => {
  const a = Array.from({ length: 200 }, (_, i) => Math.sin(i));
  expect(pairedBootstrap(a, a)).toEqual({ difference: 0, low: 0, high: 0, distinguishable: false });
  const shifted = pairedBootstrap(
    a.map((x) => x + 0.5),
    a,
  );
  expect(shifted.difference).toBeCloseTo(0.5, 12);
  expect(shifted.low).toBeCloseTo(0.5, 12);
  expect(shifted.distinguishable).toBe(true);
});

it("has the normal interval's width on many units", () => {
  // Differences of +1 and -1 alternately: mean 0, standard deviation 1.
  const a = Array.from({ length: 900 }, (_, i) => (i % 2 === 0 ? 1 : -1));
  const { low, high, distinguishable } = pairedBootstrap(
    a,
    a.map(() => 0),
  );
  expect(distinguishable).toBe(false);
  expect(high - low).toBeGreaterThan(0.9 * ((2 * 1.96) / 30));
  expect(high - low).toBeLessThan(1.1 * ((2 * 1.96) / 30));
});

it("refuses results of different units", () => {
  expect(() => pairedBootstrap([1], [])).toThrow(/1 and 0/);
});
