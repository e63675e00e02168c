import { describe, expect, it } from "vitest";
import {
  compare,
  pairedBootstrap,
  pairedBootstraps,
  permutedTables,
  popularityRanker,
  resampledMeans,
  splitOf,
  zeroShot,
} from "../src/index.ts";
import { randomTask } from "./support/data.ts";
import { expectRefusal } from "./support/errors.ts";

describe("The paired bootstrap", () => {
  it("distinguishes a shift from none", () => {
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

  it("has the same figures for several pairs at once as for each alone", () => {
    const results = [0.3, 0.7, 1.9].map((step) =>
      Array.from({ length: 150 }, (_, i) => Math.max(0, Math.sin(i * step))),
    );
    const pairs = [
      [results[0]!, results[1]!],
      [results[2]!, results[0]!],
      [results[1]!, new Float64Array(150)],
    ] as const;
    const options = { seed: 3, resamples: 400 };
    expect(pairedBootstraps(pairs, options)).toEqual(pairs.map(([a, b]) => pairedBootstrap(a, b, 3, 400)));
    expect(pairedBootstraps([])).toEqual([]);
    expect(() =>
      pairedBootstraps([
        [[1], [2]],
        [
          [1, 2],
          [3, 4],
        ],
      ]),
    ).toThrow(/1 and 2/);
    expect(() => pairedBootstraps([[[1], []]])).toThrow(/1 and 0/);
  });

  it("refuses results of different units", () => {
    expect(() => pairedBootstrap([1], [])).toThrow(/1 and 0/);
  });
});

describe("Resampled means", () => {
  it("are those of units drawn with replacement, the same units for every result", () => {
    // Powers of two name the units: the sum of a resample tells how often each was drawn.
    const units = 6;
    const base = 8;
    const named = Array.from({ length: units }, (_, unit) => base ** unit);
    const values = [0, 3, -1, 0, 2.5, 7];
    const [sums, means] = resampledMeans([named, values], { seed: 4, resamples: 300 });
    const seen = new Set<string>();
    for (const [r, sum] of sums!.entries()) {
      const draws = Array.from(
        { length: units },
        (_, unit) => Math.floor((sum * units) / base ** unit) % base,
      );
      expect(draws.reduce((total, count) => total + count, 0)).toBe(units);
      const expected = draws.reduce((total, count, unit) => total + count * values[unit]!, 0) / units;
      expect(means![r]).toBeCloseTo(expected, 12);
      seen.add(draws.join());
    }
    expect(seen.size).toBeGreaterThan(100);
    expect(resampledMeans([values], { seed: 4, resamples: 300 })).toEqual([means]);
    expect(resampledMeans([values], { seed: 5, resamples: 300 })).not.toEqual([means]);
  });

  it("refuse results of different units, and a number of resamples of 0", async () => {
    await expectRefusal(() => resampledMeans([[1, 2], [1]]), "mismatch", "2 and 1");
    await expectRefusal(() => resampledMeans([]), "mismatch", "no result");
    await expectRefusal(() => resampledMeans([[1]], { resamples: 0 }), "invalid-option", "resamples");
  });
});

describe("The intervals of a comparison", () => {
  const task = randomTask(60, 40, 3, 21);
  const split = splitOf(task, "validation");
  const contestants = [
    { name: "popularity", ranker: popularityRanker(task.train) },
    { name: "a", tables: task.tables },
  ];
  const options = { k: [4, 9], seed: 6, protocols: ["zero-shot"] as const, resamples: 400 };

  it("equal those of each figure, and of its difference to the control, computed separately", async () => {
    const { contestants: found } = await compare(contestants, split, options);
    const control = await zeroShot(permutedTables(task.tables, 6), split, { k: [4, 9] });
    const [popularity, a] = found;
    for (const metric of ["recall", "ndcg"] as const) {
      for (const [index, k] of [4, 9].entries()) {
        const own = a!.zeroShot!.cuts[index]!.perUser[metric];
        const none = new Float64Array(own.length);
        const { low, high } = pairedBootstrap(own, none, 6, 400);
        const over = pairedBootstrap(own, control.cuts[index]!.perUser[metric], 6, 400);
        const interval = a!.intervals![index]!;
        expect(interval.k).toBe(k);
        expect([interval[metric].low, interval[metric].high]).toEqual([
          expect.closeTo(low, 12),
          expect.closeTo(high, 12),
        ]);
        const found = interval[metric].overControl!;
        expect(found.difference).toBeCloseTo(over.difference, 12);
        expect([found.low, found.high]).toEqual([
          expect.closeTo(over.low, 12),
          expect.closeTo(over.high, 12),
        ]);
        expect(found.distinguishable).toBe(over.distinguishable);
        expect(popularity!.intervals![index]![metric].overControl).toBeNull();
        const mean = popularity!.zeroShot!.cuts[index]![metric];
        const { low: least, high: most } = popularity!.intervals![index]![metric];
        expect(least < mean && mean < most).toBe(true);
      }
    }
  });

  it("are left out by default, and without the zero-shot protocol", async () => {
    for (const more of [{ resamples: 0 }, { protocols: ["item-cf"] as const }]) {
      const found = await compare(contestants, split, { ...options, ...more });
      expect(found.contestants.map(({ intervals }) => intervals)).toEqual([null, null]);
    }
  });
});
