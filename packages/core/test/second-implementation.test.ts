import fc from "fast-check";
import { expect, it } from "vitest";
import { choices, fit as runFit } from "../src/index.ts";
import { EmptyCluster, type NaiveOptions, naiveFit } from "./naive.ts";
import { randomData, seeded, shapes, toInput } from "./support/dataset.ts";
import { asCentroids, startRows } from "./support/start.ts";
import { expectClose, type Rows, tableRows } from "./support/tables.ts";

const plain = { prepare: "none", project: "none", scale: "none" } as const;

const methods = fc.record({
  prepare: fc.constantFrom(...choices.prepare),
  normalization: fc.constantFrom(...choices.normalization),
  lambda: fc.constantFrom(0, 0.1, 0.5, 1),
  // Canonical axes need a projection.
  combine: fc.constantFrom(...choices.combine.filter((choice) => choice !== "cca")),
  scale: fc.constantFrom(...choices.scale),
  weights: fc.record({ image: fc.constantFrom(0.5, 1, 2), audio: fc.constantFrom(0.25, 1) }),
  iterations: fc.integer({ min: 0, max: 6 }),
});

it("A fit agrees with a naive float64 implementation for every choice without projection", async () => {
  await fc.assert(
    fc.asyncProperty(shapes, methods, async (shape, method) => {
      // Averages need equal widths.
      const widths = method.combine === "concat" ? shape.widths : { image: 4, audio: 4 };
      const data = randomData({ ...shape, widths });
      const start = startRows(data, method.prepare);
      const options: NaiveOptions = {
        ...method,
        weights: method.combine === "mean" ? {} : method.weights,
        start,
      };
      const expected = withoutEmptyClusters(() => naiveFit(data, options));
      const { iterations, ...choice } = method;
      const found = await runFit(toInput(data), {
        ...choice,
        weights: method.combine === "mean" ? undefined : method.weights,
        project: "none",
        centroids: asCentroids(start),
        maxIterations: iterations,
        tolerance: 0,
      });
      expectClose(tableRows(found.users), expected.users, 2e-5);
      expectClose(tableRows(found.items), expected.items, 2e-5);
      for (const [modality, rows] of Object.entries(expected.perModality)) {
        expectClose(tableRows(found.perModality[modality]!), rows, 2e-5);
        expect([...found.clusters[modality]!.labels]).toEqual(expected.labels[modality]);
      }
    }),
    { ...seeded, numRuns: 150 },
  );
});

it("A fit has the local term at lambda 1, the global one at lambda 0, and their mixture between", async () => {
  await fc.assert(
    fc.asyncProperty(shapes, fc.constantFrom(...choices.normalization), async (shape, normalization) => {
      const data = randomData(shape);
      const [start, elsewhere] = [startRows(data, "none"), startRows(data, "l2")];
      const table = async (lambda: number, from: typeof start): Promise<Rows> => {
        const options = {
          ...plain,
          normalization,
          lambda,
          centroids: asCentroids(from),
          maxIterations: 0,
        } as const;
        return tableRows((await runFit(toInput(data), options)).users);
      };
      const [local, global, mixed] = [await table(1, start), await table(0, start), await table(0.3, start)];
      // Where the clusters are is nothing to the local term, and what normalization says is nothing to the global one.
      expect(await table(1, elsewhere)).toEqual(local);
      const method = { ...plain, combine: "concat", weights: {}, start, iterations: 0 } as const;
      expectClose(local, naiveFit(data, { ...method, normalization, lambda: 1 }).users, 1e-5);
      expectClose(global, naiveFit(data, { ...method, normalization: "sym", lambda: 0 }).users, 1e-5);
      const between = local.map((row, u) => row.map((value, c) => 0.3 * value + 0.7 * global[u]![c]!));
      expectClose(mixed, between, 1e-5);
    }),
    seeded,
  );
});

/** The naive implementation has no rule for empty clusters; such cases are drawn again. */
function withoutEmptyClusters<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof EmptyCluster) fc.pre(false);
    throw error;
  }
}
