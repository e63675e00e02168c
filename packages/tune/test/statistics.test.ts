import fc from "fast-check";
import { expect, it } from "vitest";
import { defaultSettings, importances, type SettingName } from "../src/index.ts";

const base = defaultSettings({ image: 20 });
const trial = fc.record({
  prepare: fc.constantFrom("l2", "center", "none"),
  lambda: fc.constantFrom(0, 0.5, 1),
  clusters: fc.constantFrom(4, 8),
  score: fc.float({ min: 0, max: 1, noNaN: true }),
});

it("The importance of a setting is the variance that a one-way analysis of variance explains", () => {
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

it("The importance leaves out settings without alternatives", () => {
  const one = { settings: base, score: 1 };
  expect(importances([one, { ...one, score: 2 }], ["prepare", "clusters"])).toEqual([]);
});
