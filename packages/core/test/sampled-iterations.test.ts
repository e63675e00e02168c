/** k-means whose centroids come from a sample of the rows (`sampleSize`). */
import { describe, expect, it } from "vitest";
import { type FitOptions, fit, type ProgressEvent } from "../src/index.ts";
import { clusterRows, type RowArray } from "./support/cluster-rows.ts";
import { countingRows, randomData, toInput } from "./support/dataset.ts";
import { blobs } from "./support/numbers.ts";
import { rowsOf } from "./support/tables.ts";

const table: RowArray = { data: blobs(600, 3, 6, 1, 4), columns: 3 };
const rows = rowsOf(table.data, 3).map((row) => [...row]);
const squared = (a: readonly number[], b: readonly number[]): number =>
  a.reduce((sum, value, i) => sum + (value - b[i]!) ** 2, 0);

describe("Centroids from a sample of the rows", () => {
  it("are the mean of rows of which each is drawn equally often", async () => {
    // Powers of two, so that the sum of a sample names its rows.
    const powers = { data: Float32Array.from({ length: 12 }, (_, i) => 2 ** i), columns: 1 };
    const often = new Array<number>(12).fill(0);
    const draws = 2000;
    for (let seed = 0; seed < draws; seed++) {
      const { centroids } = await clusterRows(powers, { clusters: 1, sampleSize: 3, restarts: 1, seed });
      const sum = Math.round(3 * centroids[0]!);
      expect(sum.toString(2).replaceAll("0", "")).toBe("111");
      for (let i = 0; i < 12; i++) often[i]! += (sum >> i) & 1;
    }
    // Five standard deviations of a binomial count.
    const spread = 5 * Math.sqrt(draws * (3 / 12) * (9 / 12));
    for (const count of often) expect(Math.abs(count - draws / 4)).toBeLessThan(spread);
  });

  it("have all rows assigned to them, with the inertia and excess of their definition", async () => {
    const options = { clusters: 6, sampleSize: 60, restarts: 1 };
    const found = await clusterRows(table, options);
    const centroids = rowsOf(found.centroids, 3).map((row) => [...row]);
    let inertia = 0;
    for (const [row, label] of found.labels.entries()) {
      const distances = centroids.map((centroid) => squared(rows[row]!, centroid));
      expect(label).toBe(distances.indexOf(Math.min(...distances)));
      inertia += distances[label]!;
    }
    let excess = 0;
    for (const [k, centroid] of centroids.entries()) {
      const own = rows.filter((_, row) => found.labels[row] === k);
      expect(found.counts[k]).toBe(own.length);
      const mean = centroid.map((_, c) => own.reduce((sum, row) => sum + row[c]!, 0) / own.length);
      excess += own.length * squared(centroid, mean);
    }
    expect(Math.abs(found.inertia / inertia - 1)).toBeLessThan(1e-5);
    expect(Math.abs(found.excess / excess - 1)).toBeLessThan(1e-4);
    expect(found.sampled).toBe(60);
    // One more iteration over all rows saves at least the excess.
    const start = { data: found.centroids, clusters: 6 };
    const next = await clusterRows(table, { ...options, sampleSize: 600, start, maxIterations: 1 });
    expect(next.inertia).toBeLessThan((found.inertia - found.excess) * (1 + 1e-6));
  });

  it("are the best over all rows of several runs, and those of all rows where the sample is not smaller", async () => {
    const options = { clusters: 6, sampleSize: 20 };
    const runs = await Promise.all([1, 8].map((restarts) => clusterRows(table, { ...options, restarts })));
    expect(runs[1]!.inertia).toBeLessThan(runs[0]!.inertia);
    expect((await clusterRows(table, { ...options, restarts: 8 })).centroids).toEqual(runs[1]!.centroids);
    const all = await clusterRows(table, { clusters: 6 });
    for (const sampleSize of [600, 601]) {
      expect(await clusterRows(table, { clusters: 6, sampleSize })).toEqual(all);
    }
    expect(all.sampled).toBeUndefined();
  });

  it("need as many distinct rows in the sample as clusters", async () => {
    const two = { data: Float32Array.from({ length: 40 }, (_, i) => Math.floor(i / 20)), columns: 1 };
    const options = { clusters: 3, sampleSize: 9 };
    await expect(clusterRows(two, options)).rejects.toThrow(
      /among 9, found 3 .*, and sampleSize can be raised/,
    );
    const { counts } = await clusterRows(two, { ...options, tooFewRows: "lower" });
    expect([...counts]).toEqual([20, 20]);
  });

  it("save passes over streamed features, and are never from items without the modality", async () => {
    const drawn = randomData({ users: 20, items: 200, widths: { image: 24 }, seed: 5, missing: 0.3 });
    const input = toInput(drawn);
    const { source: image, rowsRead } = countingRows(input.features.image!);
    const data = { ...input, features: { image } };
    const own = { clusters: 4, restarts: 1, tolerance: 0, dim: 4, prepare: "none", memory: 12_000 } as const;
    const readings = async (options: FitOptions): Promise<number> => {
      const before = rowsRead();
      const { clusters, report } = await fit(data, { ...own, ...options });
      const { labels } = clusters.image!;
      for (const [item, row] of drawn.features.image!.entries()) expect(labels[item] === -1).toBe(!row);
      const { sample, converged } = report.clusters.image!;
      expect(converged).toBe(true);
      expect(sample?.items).toBe(options.sampleSize);
      if (sample !== undefined) {
        expect(sample.excess).toBeGreaterThan(0);
        expect(sample.excess).toBeLessThan(0.5);
      }
      return rowsRead() - before;
    };
    expect(await readings({ sampleSize: 40 })).toBeLessThan(0.7 * (await readings({})));
  });

  it("are those given, and of no sample, where nothing moves them", async () => {
    const start = { data: table.data.slice(0, 18), clusters: 6 };
    const found = await clusterRows(table, { clusters: 6, start, maxIterations: 0, sampleSize: 60 });
    expect(found.centroids).toEqual(start.data);
    expect(found.sampled).toBeUndefined();
  });

  it("stop when they are aborted, before the sample and before all items are assigned", async () => {
    const drawn = toInput(randomData({ users: 20, items: 200, widths: { image: 4 }, seed: 5 }));
    const options = { clusters: 4, restarts: 1, maxIterations: 1, sampleSize: 40, dim: 2 };
    for (const [stage, note] of [
      ["prepare", "sampling the items of image"],
      ["cluster", "assigning the items of image"],
    ]) {
      const stop = new AbortController();
      const onProgress = (event: ProgressEvent) => {
        if (event.stage === stage) stop.abort();
      };
      const fitting = fit(drawn, { ...options, signal: stop.signal, onProgress });
      await expect(fitting).rejects.toThrow(new RegExp(`^${note}`, "i"));
    }
  });
});
