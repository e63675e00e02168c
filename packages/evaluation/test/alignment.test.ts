import { cpu, denseFeatures, wasm } from "@wellbegun/core";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  alignmentUniformity,
  effectiveRank,
  explainedByClusters,
  linearCka,
  normDistribution,
  principalComponents,
  projectOn,
  sampleRowNumbers,
  userItemCosine,
} from "../src/index.ts";
import {
  listOf,
  rowsOf,
  scoringTables,
  seeded,
  table,
  tableRows,
  tasks,
  toInteractions,
} from "./support/data.ts";
import { expectRefusal } from "./support/errors.ts";
import { mean } from "./support/naive.ts";
import { describeWithPython, runPython } from "./support/python.ts";

const norm = (row: readonly number[]): number =>
  Math.sqrt(row.reduce((sum, value) => sum + value * value, 0));
const unit = (row: readonly number[]): number[] => row.map((value) => value / (norm(row) || 1));
const dot = (a: readonly number[], b: readonly number[]): number =>
  a.reduce((sum, v, c) => sum + v * b[c]!, 0);
const distance = (a: readonly number[], b: readonly number[]): number =>
  a.reduce((sum, v, c) => sum + (v - b[c]!) ** 2, 0);

describe("User-item cosine, alignment and uniformity", () => {
  it("equal those of second implementations", () => {
    fc.assert(
      fc.property(tasks, ({ tables, train }) => {
        const users = tableRows(tables.users).map(unit);
        const items = tableRows(tables.items).map(unit);
        const pairs = users.flatMap((user, u) => listOf(train, u).map((i) => [user, items[i]!] as const));
        const { own, random, gap } = userItemCosine(tables, train);
        expect(own).toBeCloseTo(mean(pairs.map(([user, item]) => dot(user, item))), 5);
        expect(gap).toBe(own - random);
        const found = alignmentUniformity(tables, train);
        expect(found.alignment).toBeCloseTo(mean(pairs.map(([user, item]) => distance(user, item))), 5);
        for (const [name, rows] of [
          ["userUniformity", users],
          ["itemUniformity", items],
        ] as const) {
          const kernels = rows.flatMap((a, i) => rows.slice(0, i).map((b) => Math.exp(-2 * distance(a, b))));
          expect(found[name]).toBeCloseTo(kernels.length === 0 ? 0 : Math.log(mean(kernels)), 5);
        }
      }),
      seeded,
    );
  });

  it("are better for items of the user than for others", () => {
    const train = toInteractions(
      Array.from({ length: 50 }, (_, u) => [0, 1, 2].map((i) => 10 * (u % 4) + i)),
      40,
    );
    const axis = (rows: number, of: (row: number) => number): Float32Array =>
      Float32Array.from({ length: rows * 4 }, (_, i) => (of(Math.floor(i / 4)) === i % 4 ? 3 : 0));
    const tables = scoringTables(
      axis(50, (u) => u % 4),
      axis(40, (i) => Math.floor(i / 10)),
      4,
    );
    const { own, random, gap } = userItemCosine(tables, train, 5);
    expect(own).toBeCloseTo(1, 12);
    // 7 of the 37 items that a user has not touched lie on its axis.
    expect(random).toBeGreaterThan(0.05);
    expect(random).toBeLessThan(0.4);
    expect(gap).toBe(own - random);
    const found = alignmentUniformity(tables, train);
    expect(found.alignment).toBeCloseTo(0, 12);
    // Of 780 pairs of items 180 coincide and 600 are at a right angle.
    expect(found.itemUniformity).toBeCloseTo(Math.log((180 + 600 * Math.exp(-4)) / 780), 10);
    expect(userItemCosine(tables, train, 5)).toEqual({ own, random, gap });
  });

  it("have no random item for a user with all items", () => {
    const tables = scoringTables(Float32Array.of(1), Float32Array.of(1, 1), 1);
    expect(userItemCosine(tables, toInteractions([[0, 1]], 2))).toEqual({ own: 1, random: 0, gap: 1 });
  });

  it("refuse tables of other data", async () => {
    const tables = scoringTables(new Float32Array(2), new Float32Array(3), 1);
    const others = toInteractions([[0], [1]], 4);
    await expectRefusal(() => userItemCosine(tables, others), "mismatch", "4 items");
    await expectRefusal(() => alignmentUniformity(tables, others), "mismatch", "4 items");
  });
});

it("Samples of rows ascend, have the requested size, and repeat for their seed", () => {
  const rows = sampleRowNumbers(1000, 100, 4, "users");
  expect(rows).toHaveLength(100);
  expect([...rows]).toEqual([...new Set(rows)].sort((a, b) => a - b));
  expect(Math.abs(mean([...rows]) - 500)).toBeLessThan(100);
  expect(sampleRowNumbers(1000, 100, 4, "users")).toEqual(rows);
  expect(sampleRowNumbers(1000, 100, 4, "items")).not.toEqual(rows);
  expect([...sampleRowNumbers(3, 10, 1, "x")]).toEqual([0, 1, 2]);
});

describe("Linear CKA", () => {
  /** The same in its other form, by the rows' Gram matrices: HSIC(K, L) / sqrt(HSIC(K, K) HSIC(L, L)). */
  function byKernels(x: number[][], y: number[][]): number {
    const centered = (rows: number[][]): number[][] => {
      const means = rows[0]!.map((_, c) => mean(rows.map((row) => row[c]!)));
      return rows.map((row) => row.map((value, c) => value - means[c]!));
    };
    const kernel = (rows: number[][]): number[] => rows.flatMap((a) => rows.map((b) => dot(a, b)));
    const [k, l] = [kernel(centered(x)), kernel(centered(y))];
    return dot(k, l) / (norm(k) * norm(l));
  }

  it.each(["cpu", "wasm"] as const)(
    "equals the form of the kernels, without missing items (%s)",
    async (name) => {
      const backend = name === "cpu" ? cpu() : await wasm();
      const rows = 70;
      const x = table(rows, 6, 1).map((value) => value + 5);
      const y = Float32Array.from({ length: rows * 3 }, (_, i) => x[Math.floor(i / 3) * 6 + (i % 3)]! ** 2);
      const z = table(rows, 9, 3);
      const missing = Uint8Array.from({ length: rows }, (_, i) => (i % 7 === 3 ? 1 : 0));
      const sources = {
        x: denseFeatures(x, rows, 6),
        y: denseFeatures(y, rows, 3, { missing }),
        z: denseFeatures(z, rows, 9),
      };
      const found = await linearCka(sources, { backend });
      const present = (data: Float32Array, columns: number) =>
        rowsOf(data, columns).filter((_, r) => missing[r] === 0);
      const all = { x: present(x, 6), y: present(y, 3), z: present(z, 9) };
      for (const a of ["x", "y", "z"] as const) {
        for (const b of ["x", "y", "z"] as const)
          expect(found[a]![b]).toBeCloseTo(byKernels(all[a], all[b]), 5);
      }
      expect(found.x!.y!).toBeGreaterThan(found.x!.z!);
      await backend.dispose();
    },
  );

  it("is 1 under rotation, scale and shift, and refuses other numbers of rows", async () => {
    const x = table(50, 2, 8);
    const turned = x.map((_, i) => {
      const [a, b] = [x[i & ~1]!, x[i | 1]!];
      return 7 * (i % 2 === 0 ? 0.6 * a - 0.8 * b : 0.8 * a + 0.6 * b) + 3;
    });
    const found = await linearCka({ x: denseFeatures(x, 50, 2), turned: denseFeatures(turned, 50, 2) });
    expect(found.x!.turned!).toBeCloseTo(1, 5);
    const short = denseFeatures(x.subarray(2), 49, 2, { label: "short.npy" });
    await expectRefusal(
      () => linearCka({ x: denseFeatures(x, 50, 2), short }),
      "mismatch",
      "short.npy",
      "49",
    );
  });
});

describe("The variance that clusters explain", () => {
  it("is a regression's coefficient of determination within users", () => {
    fc.assert(
      fc.property(tasks, ({ tables, train }) => {
        const { data: items, columns } = tables.items;
        const labels = Int32Array.from({ length: train.itemCount }, (_, i) => (i % 5 === 4 ? -1 : i % 3));
        const rows = rowsOf(items, columns);
        const average = (of: readonly number[][]): number[] =>
          Array.from({ length: columns }, (_, c) => mean(of.map((row) => row[c]!)));
        const centers = [0, 1, 2].map((label) => average(rows.filter((_, i) => labels[i] === label)));
        const scatter = (of: readonly number[][]): number =>
          of.reduce((sum, row) => sum + distance(row, average(of)), 0);
        let [before, after] = [0, 0];
        for (let u = 0; u < train.userCount; u++) {
          const own = listOf(train, u).filter((i) => labels[i]! >= 0);
          before += scatter(own.map((i) => rows[i]!));
          after += scatter(own.map((i) => rows[i]!.map((value, c) => value - centers[labels[i]!]![c]!)));
        }
        const found = explainedByClusters({ items, columns, labels }, train);
        if (before === 0) expect(found).toBeNaN();
        else expect(found).toBeCloseTo(1 - after / before, 4);
      }),
      seeded,
    );
  });

  it("is 1 where items differ by cluster alone, and refuses other items", async () => {
    const labels = Int32Array.of(0, 0, 1, 1);
    const items = Float32Array.of(1, 1, 5, 5);
    const train = toInteractions(
      [
        [0, 2],
        [1, 2, 3],
      ],
      4,
    );
    expect(explainedByClusters({ items, columns: 1, labels }, train)).toBe(1);
    expect(explainedByClusters({ items, columns: 1, labels: new Int32Array(4) }, train)).toBeCloseTo(0, 12);
    await expectRefusal(() => explainedByClusters({ items, columns: 2, labels }, train), "mismatch");
  });
});

it("The distribution of norms has their mean, deviation, extremes, median and histogram", () => {
  const rows = [
    [3, 4],
    [0, 0],
    [6, 8],
    [0, 1],
  ];
  const found = normDistribution(Float32Array.from(rows.flat()), 2, 4);
  expect(found).toMatchObject({ mean: 4, min: 0, max: 10, median: 3 });
  expect(found.deviation).toBeCloseTo(Math.sqrt((1 + 16 + 36 + 9) / 4), 12);
  expect(found.histogram.map(({ count }) => count)).toEqual([2, 0, 1, 1]);
  expect(found.histogram.map(({ from }) => from)).toEqual([0, 2.5, 5, 7.5]);
  expect(normDistribution(Float32Array.of(2, 2, 2), 1).histogram).toEqual([{ from: 2, to: 2, count: 3 }]);
});

it("The effective rank of orthogonal columns has its closed form", () => {
  const diagonal = (...values: number[]) =>
    Float32Array.from({ length: values.length ** 2 }, (_, i) =>
      i % (values.length + 1) === 0 ? values[i % values.length]! : 0,
    );
  expect(effectiveRank(diagonal(2, 2, 2, 2), 4)).toBeCloseTo(4, 6);
  expect(effectiveRank(diagonal(5, 0, 0), 3)).toBeCloseTo(1, 6);
  expect(effectiveRank(diagonal(3, 1), 2)).toBeCloseTo(4 / 3 ** 0.75, 6);
  expect(effectiveRank(new Float32Array(6), 2)).toBe(0);
});

describeWithPython("The result of numpy", "numpy", () => {
  it("is the same effective rank, with the same principal components", () => {
    const [rows, columns] = [80, 7];
    const data = table(rows, columns, 12).map((value, i) => value * (1 + (i % columns)) + (i % columns));
    const expected = runPython<{ rank: number; shares: number[]; coordinates: number[][] }>(
      `
x = np.array(given["rows"])
s = np.linalg.svd(x, compute_uv=False)
p = s / s.sum()
centered = x - x.mean(0)
u, values, v = np.linalg.svd(centered, full_matrices=False)
answer = {"rank": float(np.exp(-(p * np.log(p)).sum())), "shares": (values**2 / (values**2).sum())[:2].tolist(),
          "coordinates": (centered @ v[:2].T).tolist()}
json.dump(answer, sys.stdout)`,
      { rows: rowsOf(data, columns) },
    );
    expect(effectiveRank(data, columns)).toBeCloseTo(expected.rank, 6);
    const axes = principalComponents(data, columns, 2);
    const found = rowsOf(projectOn(axes, data, columns), 2);
    for (const axis of [0, 1]) {
      expect(axes.shares[axis]).toBeCloseTo(expected.shares[axis]!, 8);
      const sign = Math.sign(found[0]![axis]! * expected.coordinates[0]![axis]!);
      for (const [r, row] of found.entries()) {
        expect(sign * row[axis]!).toBeCloseTo(expected.coordinates[r]![axis]!, 6);
      }
    }
  });
});
