import { type Backend, cpu, type FitInput, type FitOptions, fit, type Model } from "@wellbegun/core";
import { afterAll, describe, expect, it } from "vitest";
import { memoryInUse } from "../../../../test-support/memory.ts";
import { type TensorFlow, type TfjsBackendName, tfjs } from "../../src/index.ts";
import { kinds } from "../../src/kinds.ts";
import { goldenCases, syntheticInput } from "./fixtures.ts";
import { expectAlike, relativeDifference } from "./tables.ts";
import { watchBackend } from "./watched-backend.ts";

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

const settings: readonly Setting[] = [
  {
    title: "a synthetic dataset",
    data: input,
    options: { clusters: 5, dim: 8, lambda: 0.5, restarts: 2 },
  },
  {
    title: "other options",
    data: input,
    options: {
      clusters: 12,
      normalization: "mean",
      prepare: "standardize",
      scale: "unit",
      dim: 5,
      restarts: 1,
    },
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

    it.each(all ? settings : [])("gives the portable backend's tables: $title", async (setting) => {
      const { data, options, memory } = setting;
      const expected = await fit(data, { ...options, backend: cpu(), memory });
      expectAlike(await fit(data, { ...options, backend, memory }), expected);
    });

    it.each(golden)(
      "has the clusters of the independent implementation in golden case $name",
      async (golden) => {
        const { clusters } = await plainFit(backend, golden.input, { centroids: golden.start, tolerance: 0 });
        for (const modality of golden.modalities) {
          const { centroids, labels } = clusters[modality]!;
          expect([...labels]).toEqual([...golden.labels(`${modality}_labels.npy`)]);
          const expected = golden.table(`${modality}_centroids.npy`);
          expect(relativeDifference(centroids, expected)).toBeLessThan(1e-4);
        }
      },
    );

    it.each(golden)(
      "has the user tables of the independent implementation in golden case $name",
      async (golden) => {
        for (const normalization of ["sym", "mean"] as const) {
          for (const lambda of all ? golden.lambdas : [0.5]) {
            const options: FitOptions = { normalization, lambda, centroids: golden.start, tolerance: 0 };
            const { perModality } = await plainFit(backend, golden.input, options);
            for (const modality of golden.modalities) {
              const expected = golden.table(`${modality}_init_${normalization}_lam${lambda.toFixed(1)}.npy`);
              expect(relativeDifference(perModality[modality]!, expected)).toBeLessThan(1e-4);
            }
          }
        }
      },
    );

    // Counted at the backend of TensorFlow.js itself, not by the code that is tested.
    it("uploads features once, and downloads tables once", async () => {
      const { tf: watched, crossings } = await watchBackend(tf, keyOf(name));
      const fresh = await tfjs({ tf: watched, backend: name });
      const [ITEMS, WIDTH, DIM, CLUSTERS, PASSES] = [240, 400, 4, 4, 3];
      const before = crossings();
      const options: FitOptions = { clusters: CLUSTERS, dim: DIM, restarts: 1, maxIterations: PASSES };
      const { users, items, perModality } = await fit(wide, {
        ...options,
        project: "random",
        lambda: 0.5,
        backend: fresh,
      });
      const after = crossings();
      const claimed = fresh.statistics();
      await fresh.dispose();
      const written = after.written - before.written;
      const read = after.read - before.read;

      const features = 4 * ITEMS * WIDTH;
      const tables = [users, items, ...Object.values(perModality)];
      const tableBytes = tables.reduce((sum, { data }) => sum + data.byteLength, 0);
      const entries = wide.train.items.length;
      // Seeding looks at one row, and then at so many for each further cluster.
      const drawn = 1 + (CLUSTERS - 1) * (2 + Math.floor(Math.log(CLUSTERS)));
      // The projection (for the items, and for the centroids); centroids at each pass, as they are and squared; drawn
      // rows; the interactions with places and factors; masks, labels, and single numbers for each row.
      const others =
        4 * 2 * WIDTH * DIM +
        4 * 2 * (PASSES + 4) * CLUSTERS * WIDTH +
        4 * drawn * WIDTH +
        4 * 6 * entries +
        4 * 12 * ITEMS;
      // Projected items for the initializer; drawn rows, and the distances to them; at each pass labels with their
      // margins, and sums; norms and moments; and the rows, a tenth at most, whose label is decided on this side.
      const results =
        4 * ITEMS * DIM +
        4 * drawn * (ITEMS + WIDTH) +
        4 * (PASSES + 2) * (3 * ITEMS + 2 * CLUSTERS * WIDTH) +
        4 * 4 * (ITEMS + WIDTH) +
        features / 10;
      expect(others).toBeLessThan(features / 2);
      expect(results).toBeLessThan(features);
      expect(written).toBeGreaterThanOrEqual(features);
      expect(written).toBeLessThan(features + others);
      expect(read).toBeGreaterThanOrEqual(tableBytes);
      expect(read).toBeLessThan(tableBytes + results);
      // What the backend says of itself leaves nothing out.
      expect(claimed.matricesUploaded + claimed.operandsUploaded).toBe(written);
      expect(claimed.matrixBytes).toBe(0);
    });

    const runs = all ? 50 : 10;
    it(`leaves tensors, their bytes and the process as they were after ${runs} runs`, async () => {
      const { train: interactions, features } = tiny.input;
      const part = all ? features : { text: features.text! };
      const options: FitOptions = all ? { dim: 2 } : { project: "none", prepare: "none", maxIterations: 1 };
      const run = async (times: number): Promise<void> => {
        for (let i = 0; i < times; i++) {
          await fit(
            { train: interactions, features: part },
            { clusters: 2, restarts: 1, ...options, backend },
          );
        }
      };
      await run(5);
      const { numTensors, numBytes } = tf.memory();
      const heap = heapBytes(tf);
      const before = await memoryInUse();
      await run(runs);
      const after = await memoryInUse();
      expect(tf.memory().numTensors).toBe(numTensors);
      expect(tf.memory().numBytes).toBe(numBytes);
      expect(heapBytes(tf)).toBe(heap);
      expect(after.arrays - before.arrays).toBeLessThan(2_000_000);
      expect(after.process - before.process).toBeLessThan(60_000_000);
    });
  });
}

/** Bytes of the WebAssembly memory of the active backend; 0 where it has none. */
function heapBytes(tf: TensorFlow): number {
  const { wasm } = tf.backend() as { readonly wasm?: { readonly HEAPU8: Uint8Array } };
  return wasm?.HEAPU8.buffer.byteLength ?? 0;
}

/** The name in TensorFlow.js' registry. */
function keyOf(name: TfjsBackendName): string {
  return kinds.find((kind) => kind.name === name)!.key;
}

function plainFit(backend: Backend, data: FitInput, options: FitOptions): Promise<Model> {
  return fit(data, { prepare: "none", project: "none", scale: "none", ...options, backend });
}
