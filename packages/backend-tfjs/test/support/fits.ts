import { type Backend, cpu, type Fit, type FitInput, type FitOptions, fit } from "@wellbegun/core";
import { afterAll, describe, expect, it } from "vitest";
import { type TensorFlow, type TfjsBackendName, tfjs } from "../../src/index.ts";
import { goldenCases, syntheticInput } from "./fixtures.ts";
import { expectAlike, relativeDifference } from "./tables.ts";

const cases = await goldenCases();
const tiny = cases.find(({ name }) => name === "tiny")!;
const input = syntheticInput({
  users: 200,
  items: 260,
  interactions: 2000,
  modalities: [
    { name: "image", width: 70 },
    { name: "text", width: 33 },
  ],
  missing: 0.05,
});
const wide = syntheticInput({
  users: 60,
  items: 240,
  interactions: 500,
  modalities: [{ name: "image", width: 400 }],
});
interface Setting {
  readonly title: string;
  readonly data: FitInput;
  readonly options: FitOptions;
  /** Bytes that the backend may hold. Default: no bound. */
  readonly memory?: number;
}

const plain: Setting = {
  title: "a synthetic dataset",
  data: input,
  options: { clusters: 5, dim: 8, lambda: 0.5, restarts: 2 },
};
const settings: readonly Setting[] = [
  plain,
  {
    title: "other options",
    data: input,
    options: { clusters: 12, norm: "mean", prepare: "standardize", scale: "unit", dim: 5, restarts: 1 },
  },
  { title: "nothing projected", data: input, options: { clusters: 3, project: "none", restarts: 1 } },
  { title: "sketched principal axes", data: wide, options: { clusters: 4, dim: 6, restarts: 1 } },
  {
    title: "features streamed",
    data: input,
    options: { clusters: 4, dim: 6, restarts: 1 },
    memory: 60_000,
  },
];

/** How much {@link testFits} runs. A software GPU takes seconds where others take milliseconds. */
export type Extent = "everything" | "the least";

/** Declares what a fit on one backend of TensorFlow.js must give, move and leave behind. */
export function testFits(name: TfjsBackendName, tf: TensorFlow, extent: Extent): void {
  const all = extent === "everything";
  describe(`a fit on tfjs:${name}`, async () => {
    const backend = await tfjs({ tf, backend: name });
    const golden = all ? cases : [tiny];
    afterAll(() => backend.dispose());

    it.each(all ? settings : [plain])("$title: as on the portable backend", async (setting) => {
      const { data, options, memory } = setting;
      const expected = await fit(data, options, { backend: cpu(), memory });
      expectAlike(await fit(data, options, { backend, memory }), expected);
    });

    it.each(golden)("golden $name: clusters of the independent implementation", async (golden) => {
      const { clusters } = await plainFit(backend, golden.input, { centroids: golden.start, tolerance: 0 });
      for (const modality of golden.modalities) {
        const { centroids, labels } = clusters[modality]!;
        expect([...labels]).toEqual([...golden.labels(`${modality}_labels.npy`)]);
        const expected = golden.table(`${modality}_centroids.npy`);
        expect(relativeDifference(centroids, expected)).toBeLessThan(1e-4);
      }
    });

    it.each(golden)("golden $name: user tables of the independent implementation", async (golden) => {
      for (const norm of ["sym", "mean"] as const) {
        for (const lambda of all ? golden.lambdas : [0.5]) {
          const options: FitOptions = { norm, lambda, centroids: golden.start, tolerance: 0 };
          const { usersPerModality } = await plainFit(backend, golden.input, options);
          for (const modality of golden.modalities) {
            const expected = golden.table(`${modality}_init_${norm}_lam${lambda.toFixed(1)}.npy`);
            expect(relativeDifference(usersPerModality[modality]!, expected)).toBeLessThan(1e-4);
          }
        }
      }
    });

    it("brings features over once, and tables back once", async () => {
      const fresh = await tfjs({ tf, backend: name });
      const options: FitOptions = { clusters: 4, dim: 4, restarts: 1, project: "random" };
      const { users, items } = await fit(wide, options, { backend: fresh });
      const moved = fresh.statistics();
      await fresh.dispose();
      const features = 4 * 240 * 400;
      const tables = 2 * users.data.byteLength + items.data.byteLength;
      // Beside the features the projection and centroids; beside the tables single rows and means.
      expect(moved.matricesUploaded).toBeGreaterThanOrEqual(features);
      expect(moved.matricesUploaded).toBeLessThan(1.1 * features);
      expect(moved.matricesDownloaded).toBeGreaterThanOrEqual(tables);
      expect(moved.matricesDownloaded).toBeLessThan(tables + 0.1 * features);
      // Centroids and their sums at every pass, and what is one number a row: labels, norms, distances.
      expect(moved.operandsUploaded).toBeLessThan(0.5 * features);
      expect(moved.resultsDownloaded).toBeLessThan(0.5 * features);
      expect(moved.matrixBytes).toBe(0);
    });

    it("50 times leaves tensors and their bytes where they were", async () => {
      const { interactions, features } = tiny.input;
      const part = all ? features : { text: features.text! };
      const options: FitOptions = all ? { dim: 2 } : { project: "none", prepare: "none", maxIterations: 1 };
      const { numTensors, numBytes } = tf.memory();
      for (let run = 0; run < 50; run++) {
        await fit({ interactions, features: part }, { clusters: 2, restarts: 1, ...options }, { backend });
      }
      expect(tf.memory().numTensors).toBe(numTensors);
      expect(tf.memory().numBytes).toBe(numBytes);
    });
  });
}

function plainFit(backend: Backend, data: FitInput, options: FitOptions): Promise<Fit> {
  return fit(data, { prepare: "none", project: "none", scale: "none", ...options }, { backend });
}
