import { fit, type Model } from "@wellbegun/core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { memoryInUse } from "../../../test-support/memory.ts";
import { nightly } from "../../../test-support/nightly.ts";
import { type WebgpuBackend, type WebgpuStatistics, webgpu } from "../src/index.ts";
import { findDawn } from "./peers.ts";
import { goldenCases, syntheticInput } from "./support/datasets.ts";
import { differences, largestRowError } from "./support/tables.ts";
import { type WatchedDevice, watchedDevice } from "./support/watched-device.ts";

const { gpu } = await findDawn();

/** The values of lambda that a software GPU takes the golden cases through. */
const some = nightly("golden cases at every lambda on webgpu")
  ? (lambdas: readonly number[]) => lambdas
  : (lambdas: readonly number[]) => lambdas.filter((lambda) => lambda === 0.5);

/** How far tables may be from the portable backend's, relative to each row's norm. */
const TABLES = 1e-4;

function expectSameFit(found: Model, expected: Model): void {
  for (const [modality, { labels, centroids }] of Object.entries(expected.clusters)) {
    const own = found.clusters[modality]!;
    expect(differences(own.labels, labels)).toBe(0);
    expect(largestRowError(own.centroids.data, centroids.data, centroids.columns)).toBeLessThan(TABLES);
    const { inertia } = expected.report.clusters[modality]!;
    expect(Math.abs(found.report.clusters[modality]!.inertia - inertia)).toBeLessThanOrEqual(1e-6 * inertia);
    const table = expected.perModality[modality]!;
    const ownTable = found.perModality[modality]!;
    expect(largestRowError(ownTable.data, table.data, table.columns)).toBeLessThan(TABLES);
  }
  expect(largestRowError(found.users.data, expected.users.data, expected.users.columns)).toBeLessThan(TABLES);
  expect(largestRowError(found.items.data, expected.items.data, expected.items.columns)).toBeLessThan(TABLES);
}

// One backend for all: a software GPU takes seconds to compile the kernels.
describe.skipIf(gpu === undefined)("A fit on a GPU", () => {
  let watched: WatchedDevice;
  let backend: WebgpuBackend;
  beforeAll(async () => {
    const adapter = await gpu!.requestAdapter();
    watched = watchedDevice(await adapter!.requestDevice());
    backend = await webgpu({ device: watched.device });
  });
  afterAll(() => backend.dispose());

  describe("gives the tables", () => {
    const cases = goldenCases();

    it("of golden cases, of which there are some", () => {
      expect(cases.length).toBeGreaterThan(0);
    });

    it.each(cases)("of golden case $name", async ({ input, start, modalities, lambdas, values }) => {
      const plain = { prepare: "none", project: "none", scale: "none", tolerance: 0 } as const;
      for (const normalization of ["sym", "mean"] as const) {
        for (const lambda of some(lambdas)) {
          const options = { ...plain, centroids: start, normalization, lambda };
          const found = await fit(input, { ...options, backend });
          expectSameFit(found, await fit(input, options));
          for (const modality of modalities) {
            const labels = values(`${modality}_labels.npy`);
            expect(differences(found.clusters[modality]!.labels, labels)).toBe(0);
            const table = found.perModality[modality]!;
            const expected = values(`${modality}_init_${normalization}_lam${lambda.toFixed(1)}.npy`);
            expect(largestRowError(table.data, expected, table.columns)).toBeLessThan(TABLES);
          }
        }
      }
    });

    it("of the portable backend with the defaults, projection and missing rows included", async () => {
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
      expectSameFit(await fit(input, { ...options, backend }), await fit(input, options));
    });

    it("of the portable backend with wide features, whose axes are sketched, and standardized columns", async () => {
      const modalities = [{ name: "image", width: 400 }];
      const input = syntheticInput({ users: 60, items: 120, interactions: 500, modalities });
      const options = { lambda: 0.7, dim: 8, clusters: 5, restarts: 1, prepare: "standardize" } as const;
      expectSameFit(await fit(input, { ...options, backend }), await fit(input, options));
    });
  });

  describe("transfers", () => {
    const [USERS, ITEMS, WIDTH, DIM, CLUSTERS, PASSES] = [90, 400, 200, 8, 4, 3];
    const modalities = [
      { name: "image", width: WIDTH },
      { name: "text", width: WIDTH },
    ];
    const input = syntheticInput({ users: USERS, items: ITEMS, interactions: 800, modalities });

    // Counted where the calls to the device are made, not by the backend: what it says must be the same.
    it("the features once, the tables once, and little more", async () => {
      const options = { lambda: 0.5, dim: DIM, clusters: CLUSTERS, restarts: 1, maxIterations: PASSES };
      const before = watched.crossings();
      const claimed = backend.statistics();
      const fitted = await fit(input, { ...options, project: "random", backend });
      const after = watched.crossings();
      const counted = since(claimed, backend.statistics());
      const crossed = {
        mapped: after.mapped - before.mapped,
        queued: after.queued - before.queued,
        read: after.read - before.read,
      };
      const entries = input.train.items.length;
      const features = 2 * 4 * ITEMS * WIDTH;
      const tables = [fitted.users, fitted.items, ...Object.values(fitted.perModality)];
      const tableBytes = tables.reduce((sum, { data }) => sum + data.byteLength, 0);
      // Seeding looks at one row, and then at so many for each further cluster.
      const drawn = 1 + (CLUSTERS - 1) * (2 + Math.floor(Math.log(CLUSTERS)));

      // Matrices besides: the projection, the centroids, and these projected,
      // with the mean item (in each pass over users and over items: their norms first, then the tables).
      const others = 2 * 4 * (WIDTH * DIM + CLUSTERS * WIDTH + 4 * (CLUSTERS + 1) * DIM);
      expect(crossed.mapped).toBeGreaterThanOrEqual(features);
      expect(crossed.mapped).toBeLessThanOrEqual(features + others);
      expect(crossed.mapped).toBe(counted.matricesUploaded);

      // Operands: the drawn rows, centroids at each pass, the interactions with their factors, masks and labels; and 256
      // bytes of parameters for each call of a kernel, of which there are at most 16 in a step.
      const calls = 16 * 256;
      const operands =
        2 * drawn * (4 * WIDTH + calls) +
        2 * (PASSES + 2) * (4 * CLUSTERS * WIDTH + calls) +
        2 * 4 * (2 * USERS + entries + 4 * ITEMS) +
        2 * 8 * calls;
      expect(operands).toBeLessThan(features / 2);
      expect(crossed.queued).toBeLessThan(operands);
      expect(crossed.queued).toBeGreaterThanOrEqual(counted.operandsUploaded);

      // Besides the tables: projected items for the initializer; drawn rows, and the distances to them; sums at each
      // pass, with a list of rows to decide on this side; labels, norms and moments.
      const results =
        2 * 4 * ITEMS * DIM +
        2 * 4 * drawn * (ITEMS + WIDTH) +
        2 * (PASSES + 2) * (8 * CLUSTERS * WIDTH + 4 * CLUSTERS + 2048) +
        2 * 4 * 6 * ITEMS +
        2 * 64 * WIDTH;
      expect(results).toBeLessThan(features / 2);
      expect(crossed.read).toBeGreaterThanOrEqual(tableBytes);
      expect(crossed.read).toBeLessThan(tableBytes + results);
      const { matricesDownloaded, resultsDownloaded } = counted;
      expect(crossed.read).toBeGreaterThanOrEqual(matricesDownloaded + resultsDownloaded);
    });

    it("the arrays of a sparse matrix once, whatever the number of blocks of rows", async () => {
      const { itemCount, offsets, items: indices } = input.train;
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

  it("leaves the device and the process as they were after 20 runs", async () => {
    const modalities = [{ name: "image", width: 12 }];
    const input = syntheticInput({ users: 20, items: 30, interactions: 90, modalities });
    const options = { lambda: 0.5, dim: 4, clusters: 3, restarts: 1, maxIterations: 2 };
    const run = async (times: number): Promise<void> => {
      for (let i = 0; i < times; i++) await fit(input, { ...options, backend });
    };
    expect(backend.statistics().usedBytes).toBe(0);
    await run(5);
    const before = { device: watched.crossings(), memory: await memoryInUse() };
    await run(20);
    const after = { device: watched.crossings(), memory: await memoryInUse() };
    expect(backend.statistics().usedBytes).toBe(0);
    expect(after.device.buffers).toBe(before.device.buffers);
    expect(after.device.bufferBytes).toBe(before.device.bufferBytes);
    // A buffer that were kept from each run would be 6 MB, one for each step of it many times that.
    expect(after.memory.arrays - before.memory.arrays).toBeLessThan(1_000_000);
    expect(after.memory.process - before.memory.process).toBeLessThan(60_000_000);
  });
});

function since(before: WebgpuStatistics, after: WebgpuStatistics): Record<keyof WebgpuStatistics, number> {
  const names = Object.keys(after) as (keyof WebgpuStatistics)[];
  const pairs = names.map((name) => [name, after[name] - before[name]] as const);
  return Object.fromEntries(pairs) as Record<keyof WebgpuStatistics, number>;
}
