import { describe, expect, it } from "vitest";
import { type FitOptions, fit as runFit } from "../src/index.ts";
import { clusterRows } from "./support/cluster-rows.ts";
import { countingRows, randomData, toInput } from "./support/dataset.ts";
import { blobs } from "./support/numbers.ts";
import { rowsOf } from "./support/tables.ts";

const data = blobs(90, 3, 5, 1, 4);
const rows = rowsOf(data, 3).map(String);

describe("Seeds of k-means from some of the rows", () => {
  it("are rows, and differ with the seed and from run to run", async () => {
    const starts = new Set<string>();
    for (const seed of [1, 2, 3, 4]) {
      const options = { clusters: 4, initSize: 6, restarts: 1, maxIterations: 0, seed };
      const { centroids } = await clusterRows({ data, columns: 3 }, options);
      for (const row of rowsOf(centroids, 3)) expect(rows).toContain(String(row));
      expect((await clusterRows({ data, columns: 3 }, options)).centroids).toEqual(centroids);
      starts.add(String(centroids));
    }
    expect(starts.size).toBe(4);
    const options = { clusters: 4, initSize: 6, maxIterations: 2 };
    const once = await clusterRows({ data, columns: 3 }, { ...options, restarts: 1 });
    const often = await clusterRows({ data, columns: 3 }, { ...options, restarts: 8 });
    expect(often.inertia).toBeLessThan(once.inertia);
  });

  it("are drawn evenly: each row of one cluster is the seed equally often", async () => {
    const line = { data: Float32Array.from({ length: 12 }, (_, i) => i), columns: 1 };
    const often = new Array<number>(12).fill(0);
    const draws = 3000;
    for (let seed = 0; seed < draws; seed++) {
      const options = { clusters: 1, initSize: 3, restarts: 1, maxIterations: 0, seed };
      often[(await clusterRows(line, options)).centroids[0]!]!++;
    }
    // Five standard deviations of a binomial count.
    const spread = 5 * Math.sqrt((draws / 12) * (11 / 12));
    for (const count of often) expect(Math.abs(count - draws / 12)).toBeLessThan(spread);
  });

  it("are those without the option when all rows or more are requested", async () => {
    const options = { clusters: 4, restarts: 1, maxIterations: 0 };
    const { centroids } = await clusterRows({ data, columns: 3 }, options);
    for (const initSize of [90, 91]) {
      expect((await clusterRows({ data, columns: 3 }, { ...options, initSize })).centroids).toEqual(
        centroids,
      );
    }
  });

  it("are by default a sample with more than 32 clusters, unless it holds too few distinct rows", async () => {
    const many = { data: blobs(3000, 3, 50, 1, 7), columns: 3 };
    const once = { restarts: 1, maxIterations: 0 };
    const seeds = async (table: typeof many, clusters: number, initSize?: number): Promise<number[]> => {
      const options = initSize === undefined ? { ...once, clusters } : { ...once, clusters, initSize };
      return [...(await clusterRows(table, options)).centroids];
    };
    expect(await seeds(many, 32)).toEqual(await seeds(many, 32, 3000));
    expect(await seeds(many, 33)).toEqual(await seeds(many, 33, 2048));
    expect(await seeds(many, 33)).not.toEqual(await seeds(many, 33, 3000));
    expect(await seeds(many, 300)).toEqual(await seeds(many, 300, 2400));
    // 40 distinct rows among 3000: of the 30 that appear once, a sample of 2048 lacks some.
    const values = Float32Array.from({ length: 3000 }, (_, row) => (row < 2970 ? row % 10 : row - 2960));
    const few = { data: values, columns: 1 };
    await expect(seeds(few, 40, 2048)).rejects.toThrow("distinct prepared rows among 2048");
    expect((await seeds(few, 40)).sort((a, b) => a - b)).toEqual(
      Array.from({ length: 40 }, (_, value) => value),
    );
  });

  it("save the passes over streamed rows that k-means++ needs, and are never items without the modality", async () => {
    const drawn = randomData({ users: 20, items: 200, widths: { image: 24 }, seed: 5, missing: 0.3 });
    const input = toInput(drawn);
    const { source: image, rowsRead } = countingRows(input.features.image!);
    const readings = async (options: FitOptions): Promise<number> => {
      const before = rowsRead();
      const { clusters } = await runFit(
        { ...input, features: { image } },
        { clusters: 6, restarts: 1, maxIterations: 0, dim: 4, prepare: "none", ...options, memory: 12_000 },
      );
      const { centroids } = clusters.image!;
      for (const row of rowsOf(centroids.data, 24)) expect(row.some((value) => value !== 0)).toBe(true);
      return rowsRead() - before;
    };
    const spared = (await readings({})) - (await readings({ initSize: 30 }));
    // Six passes over 200 rows, of which some stay in memory, become one over 30.
    expect(spared).toBeGreaterThan(5 * 100);
  });

  it("are distinct rows", async () => {
    const twice = Float32Array.from({ length: 40 }, (_, i) => Math.floor(i / 20));
    await expect(clusterRows({ data: twice, columns: 1 }, { clusters: 3, initSize: 5 })).rejects.toThrow(
      "distinct prepared rows among 5",
    );
  });
});
