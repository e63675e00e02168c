import fc from "fast-check";
import { expect, it } from "vitest";
import { type FitOptions, fitInto, fit as runFit } from "../src/index.ts";
import { randomData, seeded, shapes, toInput } from "./support/dataset.ts";
import { expectClose, largestDifference, tableRows } from "./support/tables.ts";

const quick: FitOptions = { clusters: 3, restarts: 1, dim: 2, lambda: 0.5 };

it("The report counts the input", async () => {
  await fc.assert(
    fc.asyncProperty(shapes, async (shape) => {
      const data = randomData(shape);
      const { report } = await runFit(toInput(data), quick);
      const touched = data.histories.flat().map(({ item }) => item);
      const cells = data.histories.length * data.itemCount;
      expect(report.input).toEqual({
        users: data.histories.length,
        items: data.itemCount,
        interactions: touched.length,
        sparsity: 1 - touched.length / cells,
        weighted: data.histories.flat().some(({ weight }) => weight !== 1),
        itemsWithoutUsers: data.itemCount - new Set(touched).size,
        modalities: Object.fromEntries(
          Object.entries(data.features).map(([name, rows]) => [
            name,
            {
              columns: rows[0]!.length,
              missingItems: rows.filter((row) => row === null).length,
              itemIds: "assumed",
            },
          ]),
        ),
      });
      const without = data.histories.flatMap((history, user) => (history.length === 0 ? [user] : []));
      expect(report.usersWithoutHistory).toEqual({ count: without.length, rows: without.slice(0, 10) });
    }),
    seeded,
  );
});

it("The report is plain data, and its clusters have the sizes that the labels give", async () => {
  const data = randomData({ users: 9, items: 30, widths: { image: 4, audio: 3 }, seed: 5, missing: 0.3 });
  const { report, clusters } = await runFit(toInput(data), quick);
  expect(JSON.parse(JSON.stringify(report))).toEqual(report);
  for (const [name, { labels, centroids }] of Object.entries(clusters)) {
    const sizes = Array.from({ length: 3 }, (_, k) => labels.filter((label) => label === k).length);
    expect(report.clusters[name]!.sizes).toEqual(sizes);
    expect([report.clusters[name]!.clusters, centroids.rows]).toEqual([3, 3]);
  }
});

it("fitInto gives a sink every table once, with its rows in order and without gaps", async () => {
  const input = toInput(randomData({ users: 23, items: 30, widths: { image: 4, audio: 3 }, seed: 5 }));
  const expected = await runFit(input, { ...quick, memory: 2000 });
  const tables: Record<string, { columns: number; rows: number; values: number[] }> = {};
  const fitted = await fitInto(
    input,
    { ...quick, memory: 2000 },
    {
      begin: (name, rows, columns) => {
        expect(tables[name]).toBeUndefined();
        tables[name] = { rows, columns, values: [] };
      },
      write: (name, firstRow, view) => {
        const { values, columns } = tables[name]!;
        expect(values.length).toBe(firstRow * columns);
        values.push(...view);
      },
    },
  );
  expect(Object.keys(tables).sort()).toEqual(["items", "users", "users.audio", "users.image"]);
  // This sink holds no table that could be scaled in place, as fit's does: factors are rounded elsewhere.
  const users = tableRows(expected.users).flat();
  const image = tableRows(expected.perModality.image!).flat();
  expect(largestDifference(tables.users!.values, users)).toBeLessThanOrEqual(2.5e-7);
  expect(tables.items!.values).toEqual(tableRows(expected.items).flat());
  expect(largestDifference(tables["users.image"]!.values, image)).toBeLessThanOrEqual(2.5e-7);
  for (const { rows, columns, values } of Object.values(tables)) expect(values.length).toBe(rows * columns);
  expect(fitted.report).toEqual(expected.report);
});

it("Tables by modality are left out when perModality is false", async () => {
  const input = toInput(randomData({ users: 6, items: 20, widths: { image: 4, audio: 3 }, seed: 5 }));
  const whole = await runFit(input, quick);
  const { perModality, users, items, report } = await runFit(input, { ...quick, perModality: false });
  expect(perModality).toEqual({});
  expect(Object.keys(report.tables).sort()).toEqual(["items", "users"]);
  expect(items).toEqual(whole.items);
  expectClose(tableRows(users), tableRows(whole.users), 1e-6);
});
