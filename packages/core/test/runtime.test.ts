import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { choices, cpu, type FitOptions, fit as runFit } from "../src/index.ts";
import { type PlainData, randomData, seeded, shapes, toInput } from "./support/dataset.ts";
import { expectClose, tableRows } from "./support/tables.ts";
import { watchedBackend } from "./support/watched-backend.ts";

describe("A fit", () => {
  const options: fc.Arbitrary<FitOptions> = fc.record({
    prepare: fc.constantFrom(...choices.prepare),
    project: fc.constantFrom(...choices.project),
    scale: fc.constantFrom(...choices.scale),
    normalization: fc.constantFrom(...choices.normalization),
    lambda: fc.constantFrom(0, 0.3, 1),
    clusters: fc.constant(3),
  });

  it("that is streamed in little memory gives the resident result", async () => {
    await fc.assert(
      fc.asyncProperty(shapes, options, fc.integer({ min: 16, max: 3000 }), async (shape, chosen, memory) => {
        const data = randomData({ ...shape, decay: 0.6 });
        const settings = { ...chosen, dim: chosen.project === "none" ? undefined : 2 };
        const resident = await runFit(toInput(data), settings);
        const streamed = await runFit(toInput(data), { ...settings, memory });
        expectClose(tableRows(streamed.users), tableRows(resident.users), 1e-6);
        expectClose(tableRows(streamed.items), tableRows(resident.items), 1e-6);
        for (const [name, { labels }] of Object.entries(resident.clusters)) {
          expect(streamed.clusters[name]!.labels).toEqual(labels);
          expectClose(tableRows(streamed.perModality[name]!), tableRows(resident.perModality[name]!), 1e-6);
        }
      }),
      seeded,
    );
  });

  it("that is repeated with one seed is equal to the bit, and leaves a given backend open", async () => {
    const backend = cpu();
    await fc.assert(
      fc.asyncProperty(shapes, options, async (shape, chosen) => {
        const input = toInput(randomData(shape));
        const { times: _, initializer, ...one } = await runFit(input, { ...chosen, backend });
        const { times: __, initializer: second, ...other } = await runFit(input, { ...chosen, backend });
        expect(other).toEqual(one);
        expect(second.toBytes()).toEqual(initializer.toBytes());
      }),
      seeded,
    );
    await backend.dispose();
  });

  // Two modalities side by side are wider than either, which is what a plan for each by itself would overlook.
  const data = randomData({ users: 80, items: 90, widths: { image: 40, audio: 30 }, seed: 4, missing: 0.1 });
  const crowd = randomData({ users: 700, items: 40, widths: { image: 12, audio: 9 }, seed: 6 });
  // Enough items for the features to outweigh the sketch's directions.
  const wide = randomData({
    users: 40,
    items: 1200,
    widths: Object.fromEntries(Array.from({ length: 10 }, (_, m) => [`m${m}`, 40])),
    seed: 5,
  });
  const scenarios: [name: string, data: PlainData, options: FitOptions][] = [
    ["side by side", data, { project: "none" }],
    ["standardized", data, { project: "none", prepare: "standardize" }],
    ["exact principal axes", data, { dim: 8 }],
    ["exact principal axes, averaged", data, { dim: 8, combine: "mean" }],
    ["sketched principal axes", wide, { dim: 4 }],
    ["random projection", data, { dim: 8, project: "random" }],
    ["projection to columns", data, { dim: 8, project: "columns", scale: "items" }],
    ["many users", crowd, { dim: 8, normalization: "sym" }],
    ["many users side by side", crowd, { project: "none", scale: "unit" }],
  ];

  // The smaller limit cuts the projected items too, in blocks that those of the features straddle.
  it.each<[limit: number, ...(typeof scenarios)[number]]>([
    // The sketch's own matrices do not get smaller with the features: 192 directions at least, for as many columns.
    ...scenarios.map((scenario): [number, ...typeof scenario] => [
      scenario[1] === wide ? 150_000 : 6000,
      ...scenario,
    ]),
    [2000, "exact principal axes", data, { dim: 8 }],
    [2000, "random projection", data, { dim: 8, project: "random" }],
  ])("stays below the device's largest matrix, %i bytes: %s", async (limit, _, plain, options) => {
    const settings: FitOptions = { ...options, clusters: 3, lambda: 0.5, restarts: 1 };
    const whole = await runFit(toInput(plain), settings);
    const small = watchedBackend({ capabilities: { device: "cpu", maxMatrixBytes: limit } });
    const tiled = await runFit(toInput(plain), { ...settings, backend: small.backend });
    expect(small.largestBytes()).toBeLessThanOrEqual(limit);
    expectClose(tableRows(tiled.users), tableRows(whole.users), 1e-5);
    expectClose(tableRows(tiled.items), tableRows(whole.items), 1e-5);
  });

  it.each(scenarios)("holds no more than the given memory: %s", async (_, plain, options) => {
    const settings: FitOptions = { ...options, clusters: 3, restarts: 1 };
    const unbounded = watchedBackend();
    await runFit(toInput(plain), { ...settings, backend: unbounded.backend });
    const most = unbounded.peakBytes();
    // Down to a third: the projected items have to be held in any case.
    for (const share of plain === wide ? [1, 0.7, 0.4, 0.33] : [1, 0.9, 0.8, 0.7, 0.6, 0.5, 0.4, 0.33]) {
      const memory = Math.round(share * most);
      const bounded = watchedBackend();
      await runFit(toInput(plain), { ...settings, backend: bounded.backend, memory });
      expect(bounded.peakBytes()).toBeLessThanOrEqual(memory);
    }
  });
});
