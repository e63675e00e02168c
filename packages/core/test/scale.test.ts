import { describe, expect, it } from "vitest";
import { type FitOptions, type Model, fit as runFit, type Scale } from "../src/index.ts";
import { type PlainData, randomData, toInput } from "./support/dataset.ts";
import { expectRefusal } from "./support/errors.ts";
import { expectClose, mean, norm, type Rows, tableRows } from "./support/tables.ts";

const data = randomData({ users: 50, items: 40, widths: { image: 9, audio: 5 }, seed: 2, missing: 0.2 });
const base: FitOptions = { clusters: 4, lambda: 0.6, normalization: "sym" };
const projections: FitOptions[] = [
  { project: "none" },
  { project: "pca", dim: 6 },
  { project: "random", dim: 5, combine: "mean" },
];

const scaled = (scale: Scale, options: FitOptions): Promise<Model> =>
  runFit(toInput(data), { ...base, ...options, scale });
const rms = (rows: Rows): number => Math.sqrt(mean(rows.flat().map((value) => value * value)));

/** Every user table of a fit: the fused one and one a modality. */
function userTables({ users, perModality }: Model): Rows[] {
  return [users, ...Object.values(perModality)].map(tableRows);
}

/** Rows times the same factor each, or one factor a row. */
function expectSameDirection(found: Rows, unscaled: Rows, factor: (row: number) => number): void {
  expectClose(
    found,
    unscaled.map((row, r) => row.map((value) => value * factor(r))),
    1e-5,
  );
}

describe.each(projections)("With %o, scale", (options) => {
  it("xavier gives user tables the RMS of Xavier initialization, and items the users' factor", async () => {
    const [fitted, plain] = [await scaled("xavier", options), await scaled("none", options)];
    const unscaled = userTables(plain);
    for (const [t, rows] of userTables(fitted).entries()) {
      const target = Math.sqrt(2 / (rows.length + rows[0]!.length));
      expect(Math.abs(rms(rows) / target - 1)).toBeLessThan(1e-3);
      expectSameDirection(rows, unscaled[t]!, () => target / rms(unscaled[t]!));
    }
    const { factor } = fitted.report.tables.users!;
    expect(factor).toBeCloseTo(rms(tableRows(fitted.users)) / rms(tableRows(plain.users)), 5);
    expectSameDirection(tableRows(fitted.items), tableRows(plain.items), () => factor!);
  });

  it("items gives users the items' mean norm, and does not change the items", async () => {
    const [fitted, plain] = [await scaled("items", options), await scaled("none", options)];
    const norms = tableRows(plain.items).map(norm);
    expect(mean(tableRows(fitted.users).map(norm))).toBeCloseTo(mean(norms), 5);
    expect(fitted.items).toEqual(plain.items);
    const unscaled = tableRows(plain.users);
    const factor = mean(norms) / mean(unscaled.map(norm));
    expectSameDirection(tableRows(fitted.users), unscaled, () => factor);
  });

  it("unit makes every norm 1", async () => {
    const [fitted, plain] = [await scaled("unit", options), await scaled("none", options)];
    const tables = [...userTables(fitted), tableRows(fitted.items)];
    const unscaled = [...userTables(plain), tableRows(plain.items)];
    for (const [t, rows] of tables.entries()) {
      for (const row of rows) expect(norm(row)).toBeCloseTo(1, 5);
      expectSameDirection(rows, unscaled[t]!, (r) => 1 / norm(unscaled[t]![r]!));
    }
    expect(fitted.report.tables.users!.factor).toBeNull();
  });

  it.each<Scale>(["xavier", "items", "unit", "none"])(
    "%s is reported with the norms around it",
    async (scale) => {
      const [fitted, plain] = [await scaled(scale, options), await scaled("none", options)];
      const names = ["users", ...Object.keys(fitted.perModality).map((name) => `users.${name}`), "items"];
      expect(Object.keys(fitted.report.tables).sort()).toEqual([...names].sort());
      const after = [...userTables(fitted), tableRows(fitted.items)];
      const before = [...userTables(plain), tableRows(plain.items)];
      for (const [t, name] of names.entries()) {
        const report = fitted.report.tables[name]!;
        expect([report.rows, report.columns]).toEqual([after[t]!.length, after[t]![0]!.length]);
        for (const [rows, statistics] of [
          [before[t]!, report.before],
          [after[t]!, report.after],
        ] as const) {
          const norms = rows.map(norm);
          expect(statistics.mean).toBeCloseTo(mean(norms), 5);
          expect(statistics.min).toBeCloseTo(Math.min(...norms), 5);
          expect(statistics.max).toBeCloseTo(Math.max(...norms), 5);
          expect(statistics.rms).toBeCloseTo(rms(rows), 5);
          expect(statistics.zeroRows).toBe(norms.filter((value) => value === 0).length);
        }
      }
    },
  );
});

describe("Tables of zeros", () => {
  // Two items with opposite images, both of which every user has: their mean is zero.
  const opposite: PlainData = {
    itemCount: 2,
    histories: [1, 2, 3].map(() => [
      { item: 0, weight: 1 },
      { item: 1, weight: 1 },
    ]),
    features: {
      image: [
        [1, 2],
        [-1, -2],
      ],
      audio: [[3], [4]],
    },
  };
  const options: FitOptions = {
    prepare: "none",
    project: "none",
    clusters: 1,
    lambda: 1,
    normalization: "mean",
  };

  it.each<Scale>(["xavier", "items", "unit", "none"])(
    "stay zero under %s, never NaN, and are reported",
    async (scale) => {
      const { users, items, perModality, report } = await runFit(toInput(opposite), { ...options, scale });
      expect([...perModality.image!.data]).toEqual(new Array(6).fill(0));
      expect([...users.data, ...items.data].every(Number.isFinite)).toBe(true);
      const { after } = report.tables["users.image"]!;
      expect(after).toEqual({ mean: 0, min: 0, max: 0, rms: 0, zeroRows: 3 });
      expect(report.warnings.map(({ code, at }) => `${code} ${at}`)).toContain("zero-table users.image");
    },
  );

  it.each<Scale>(["xavier", "items", "unit", "none"])(
    "are refused under %s as users of a model",
    async (scale) => {
      const { image } = opposite.features;
      const work = () => runFit(toInput({ ...opposite, features: { image: image! } }), { ...options, scale });
      const error = await expectRefusal(work, "invalid-data", "zeros in all 3 rows");
      expect(error.at).toBe("table users");
    },
  );
});

it("With one modality its own table is the fused one, under every scale", async () => {
  const { image } = data.features;
  for (const scale of ["xavier", "items", "unit", "none"] as const) {
    const { users, perModality } = await runFit(toInput({ ...data, features: { image: image! } }), {
      ...base,
      scale,
    });
    expect(perModality.image).toEqual(users);
  }
});
