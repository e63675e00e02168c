import { type Fit, fit } from "@wellbegun/core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type WebgpuBackend, type WebgpuStatistics, webgpu } from "../src/index.ts";
import { findDawn } from "./peers.ts";
import { goldenCases, syntheticInput } from "./support/datasets.ts";
import { differences, largestRowError } from "./support/tables.ts";

const { gpu } = await findDawn();

/** How far tables may be from the portable backend's, relative to each row's norm. */
const TABLES = 1e-4;

function expectSameFit(found: Fit, expected: Fit): void {
  for (const [modality, { labels, centroids }] of Object.entries(expected.clusters)) {
    const own = found.clusters[modality]!;
    expect(differences(own.labels, labels)).toBe(0);
    expect(largestRowError(own.centroids.data, centroids.data, centroids.columns)).toBeLessThan(TABLES);
    const { inertia } = expected.report.clusters[modality]!;
    expect(Math.abs(found.report.clusters[modality]!.inertia - inertia)).toBeLessThanOrEqual(1e-6 * inertia);
    const table = expected.usersPerModality[modality]!;
    const ownTable = found.usersPerModality[modality]!;
    expect(largestRowError(ownTable.data, table.data, table.columns)).toBeLessThan(TABLES);
  }
  expect(largestRowError(found.users.data, expected.users.data, expected.users.columns)).toBeLessThan(TABLES);
  expect(largestRowError(found.items.data, expected.items.data, expected.items.columns)).toBeLessThan(TABLES);
}

// One backend for all: a software GPU takes seconds to compile the kernels.
describe.skipIf(gpu === undefined)("a fit on a GPU", () => {
  let backend: WebgpuBackend;
  beforeAll(async () => {
    backend = await webgpu({ gpu });
  });
  afterAll(() => backend.dispose());

  describe("gives", () => {
    const cases = goldenCases();

    it("nothing by accident: there are golden cases", () => {
      expect(cases.length).toBeGreaterThan(0);
    });

    it.each(cases)("the golden case $name", async ({ input, start, modalities, lambdas, values }) => {
      const plain = { prepare: "none", project: "none", scale: "none", tolerance: 0 } as const;
      for (const norm of ["sym", "mean"] as const) {
        for (const lambda of lambdas) {
          const options = { ...plain, centroids: start, norm, lambda };
          const found = await fit(input, options, { backend });
          expectSameFit(found, await fit(input, options));
          for (const modality of modalities) {
            const labels = values(`${modality}_labels.npy`);
            expect(differences(found.clusters[modality]!.labels, labels)).toBe(0);
            const table = found.usersPerModality[modality]!;
            const expected = values(`${modality}_init_${norm}_lam${lambda.toFixed(1)}.npy`);
            expect(largestRowError(table.data, expected, table.columns)).toBeLessThan(TABLES);
          }
        }
      }
    });

    it("what the portable backend gives with the defaults, projection and missing rows included", async () => {
      const input = syntheticInput({
        users: 150,
        items: 260,
        interactions: 1500,
        modalities: [
          { name: "image", width: 40 },
          { name: "text", width: 30 },
        ],
        missing: 0.05,
      });
      const options = { lambda: 0.5, dim: 24, restarts: 2 };
      expectSameFit(await fit(input, options, { backend }), await fit(input, options));
    });

    it("the same with wide features, whose axes are sketched, and standardised columns", async () => {
      const modalities = [{ name: "image", width: 400 }];
      const input = syntheticInput({ users: 60, items: 120, interactions: 500, modalities });
      const options = { lambda: 0.7, dim: 8, clusters: 5, restarts: 1, prepare: "standardize" } as const;
      expectSameFit(await fit(input, options, { backend }), await fit(input, options));
    });
  });

  describe("sends and takes back", () => {
    const [ITEMS, WIDTH, DIM, CLUSTERS] = [400, 48, 8, 4];
    const modalities = [
      { name: "image", width: WIDTH },
      { name: "text", width: WIDTH },
    ];
    const input = syntheticInput({ users: 90, items: ITEMS, interactions: 800, modalities });
    const options = { lambda: 0.5, dim: DIM, clusters: CLUSTERS, restarts: 1, maxIterations: 4 };

    it("the features once, the tables once, and little besides", async () => {
      const before = backend.statistics();
      const { users, items, usersPerModality } = await fit(input, options, { backend });
      const moved = since(before, backend.statistics());
      const features = 2 * ITEMS * WIDTH * 4;
      // Projections and centroids go there too.
      expect(moved.matricesUploaded).toBeGreaterThanOrEqual(features);
      expect(moved.matricesUploaded).toBeLessThan(1.1 * features);
      // Beside the tables come back, of each modality, the items for the initialiser and the rows drawn as seeds.
      const ofUsers = [users, ...Object.values(usersPerModality)].reduce(
        (sum, t) => sum + t.data.byteLength,
        0,
      );
      const kept = 2 * ITEMS * DIM * 4;
      const drawn = 2 * CLUSTERS * (2 + Math.floor(Math.log(CLUSTERS))) * WIDTH * 4;
      expect(moved.matricesDownloaded).toBeGreaterThanOrEqual(ofUsers);
      expect(moved.matricesDownloaded).toBeLessThan(ofUsers + items.data.byteLength + kept + drawn);
      // What operations take and give: per pass the centroids and the sums, per seed a distance to each row.
      expect(moved.operandsUploaded).toBeGreaterThan(0);
      expect(moved.operandsUploaded).toBeLessThan(features / 2);
      expect(moved.resultsDownloaded).toBeGreaterThan(0);
      expect(moved.resultsDownloaded).toBeLessThan(1.1 * features);
    });

    it("the arrays of a sparse matrix once, however many blocks of rows are asked for", async () => {
      const { itemCount, offsets, items: indices } = input.interactions;
      const columnScale = new Float32Array(itemCount).fill(0.5);
      const x = await backend.create(itemCount, 4);
      const out = await backend.create(10, 4);
      const before = backend.statistics();
      for (let first = 0; first < 60; first += 10) {
        const block = offsets.subarray(first, first + 11);
        const s = { rows: 10, columns: itemCount, offsets: block, indices, columnScale };
        await backend.multiplySparse(s, x, out);
      }
      const moved = since(before, backend.statistics());
      // Of each block: its offsets, and one word for the row factors that there are none of.
      const blocks = 6 * (11 + 1) * 4;
      expect(moved.operandsUploaded).toBe(indices.byteLength + columnScale.byteLength + blocks);
      x.dispose();
      out.dispose();
    });
  });

  it("leaves the device as it was, however often it runs", async () => {
    const modalities = [{ name: "image", width: 12 }];
    const input = syntheticInput({ users: 20, items: 30, interactions: 90, modalities });
    const options = { lambda: 0.5, dim: 4, clusters: 3, restarts: 1, maxIterations: 2 };
    expect(backend.statistics().usedBytes).toBe(0);
    await fit(input, options, { backend });
    const first = backend.statistics();
    for (let run = 1; run < 50; run++) await fit(input, options, { backend });
    const { buffers, bufferBytes, usedBytes } = backend.statistics();
    expect(usedBytes).toBe(0);
    expect({ buffers, bufferBytes }).toEqual({ buffers: first.buffers, bufferBytes: first.bufferBytes });
  });
});

function since(before: WebgpuStatistics, after: WebgpuStatistics): Record<keyof WebgpuStatistics, number> {
  const names = Object.keys(after) as (keyof WebgpuStatistics)[];
  const pairs = names.map((name) => [name, after[name] - before[name]] as const);
  return Object.fromEntries(pairs) as Record<keyof WebgpuStatistics, number>;
}
