import { describe, expect, it } from "vitest";
import { denseFeatures, type FitOptions, fit as runFit } from "../src/index.ts";
import { naiveLloyd } from "./naive.ts";
import { clusterRows, type RowArray } from "./support/cluster-rows.ts";
import { randomData, toInput } from "./support/dataset.ts";
import { blobs } from "./support/numbers.ts";
import { expectClose, rowsOf, squaredDistance } from "./support/tables.ts";

const overlapping: RowArray = { data: blobs(600, 4, 6, 1.5, 8), columns: 4 };

describe("k-means", () => {
  it("ends, with tolerance 0, where every row is nearest to the mean of its own cluster", async () => {
    const { labels, centroids, counts, inertia, converged } = await clusterRows(overlapping, {
      clusters: 6,
      tolerance: 0,
      maxIterations: 1000,
    });
    expect(converged).toBe(true);
    const rows = rowsOf(overlapping.data, 4);
    const once = naiveLloyd(rows, rowsOf(centroids, 4), 1);
    expect([...labels]).toEqual(once.labels);
    expectClose(rowsOf(centroids, 4), once.centroids, 1e-5);
    expect([...counts]).toEqual(
      [...counts.keys()].map((k) => once.labels.filter((label) => label === k).length),
    );
    const distances = rows.map((row, r) => squaredDistance(row, once.centroids[once.labels[r]!]!));
    expect(inertia).toBeCloseTo(
      distances.reduce((sum, d) => sum + d, 0),
      2,
    );
  });

  it("finds every distinct row when there are as many clusters", async () => {
    const distinct = blobs(12, 3, 12, 5, 3);
    const data = Float32Array.from([...distinct, ...distinct, ...distinct.slice(0, 9)]);
    const { inertia, labels } = await clusterRows({ data, columns: 3 }, { clusters: 12 });
    expect(inertia).toBe(0);
    expect(new Set(labels).size).toBe(12);
  });

  it("gets no worse with more runs, and says which run it kept", async () => {
    let before = Number.POSITIVE_INFINITY;
    for (let restarts = 1; restarts <= 6; restarts++) {
      const { inertia, restart } = await clusterRows(overlapping, {
        clusters: 9,
        restarts,
        maxIterations: 3,
      });
      expect(inertia).toBeLessThanOrEqual(before);
      expect(restart).toBeLessThan(restarts);
      before = inertia;
    }
  });

  it("starts with other rows for another seed", async () => {
    const options = { clusters: 9, restarts: 1, maxIterations: 0 };
    const [one, other] = [
      await clusterRows(overlapping, { ...options, seed: 1 }),
      await clusterRows(overlapping, { ...options, seed: 2 }),
    ];
    expect(one.centroids).not.toEqual(other.centroids);
  });

  it("stops after maxIterations, and sooner with a larger tolerance", async () => {
    const run = (maxIterations: number, tolerance: number) =>
      clusterRows(overlapping, { clusters: 6, restarts: 1, maxIterations, tolerance });
    const full = await run(1000, 0);
    expect(full.iterations).toBeGreaterThan(5);
    const cut = await run(3, 0);
    expect([cut.iterations, cut.converged]).toEqual([3, false]);
    const rough = await run(1000, 0.05);
    expect(rough.converged).toBe(true);
    expect(rough.iterations).toBeLessThan(full.iterations);
    expect((await run(1000, 1e9)).iterations).toBe(1);
  });

  it("gives empty clusters the rows farthest from their centroids", async () => {
    const line = { data: Float32Array.of(0, 1, 2, 10, 11, 50), columns: 1 };
    const start = { data: Float32Array.of(1, 1000, 2000), clusters: 3 };
    const first = await clusterRows(line, { clusters: 3, start, maxIterations: 1 });
    // 50 and 11 leave the first cluster, which keeps 0, 1, 2 and 10.
    expect([...first.centroids]).toEqual([3.25, 50, 11]);
    expect(first.reseeded).toBe(2);
    const end = await clusterRows(line, { clusters: 3, start, tolerance: 0 });
    expect([...end.labels]).toEqual([0, 0, 0, 2, 2, 1]);
    expect(end.inertia).toBe(2.5);
  });

  it("leaves no cluster empty when all centroids but one start far away", async () => {
    const start = { data: new Float32Array(10 * 4).fill(1e3, 4), clusters: 10 };
    const { counts, reseeded, inertia } = await clusterRows(overlapping, { clusters: 10, start });
    expect(Math.min(...counts)).toBeGreaterThan(0);
    expect(reseeded).toBeGreaterThanOrEqual(9);
    const seeded = await clusterRows(overlapping, { clusters: 10 });
    expect(inertia).toBeLessThan(1.2 * seeded.inertia);
  });
});

describe("A warm start", () => {
  const data = randomData({ users: 8, items: 60, widths: { image: 5 }, seed: 11 });
  const options: FitOptions = { prepare: "none", project: "none", tolerance: 0, clusters: 5 };

  it("from a fit's own centroids ends at once with its labels", async () => {
    const { clusters } = await runFit(toInput(data), options);
    const centroids = { image: { data: clusters.image!.centroids.data, clusters: 5 } };
    const again = await runFit(toInput(data), { ...options, centroids });
    expect(again.clusters.image!.labels).toEqual(clusters.image!.labels);
    expect(again.report.clusters.image).toMatchObject({
      iterations: 1,
      converged: true,
      restart: 0,
      reseeded: 0,
    });
  });

  it("does not change the given array", async () => {
    const given = Float32Array.from(data.features.image!.slice(0, 5).flatMap((row) => row!));
    const before = given.slice();
    await runFit(toInput(data), { ...options, centroids: { image: { data: given, clusters: 5 } } });
    expect(given).toEqual(before);
  });

  it("with maxIterations 0 only assigns each item to its nearest centroid", async () => {
    const start = data.features.image!.slice(20, 25).map((row) => [...row!]);
    const centroids = { image: { data: Float32Array.from(start.flat()), clusters: 5 } };
    const { clusters } = await runFit(toInput(data), { ...options, centroids, maxIterations: 0 });
    expect(clusters.image!.centroids.data).toEqual(centroids.image.data);
    expect([...clusters.image!.labels]).toEqual(naiveLloyd(data.features.image!, start, 0).labels);
  });
});

it("Items without the modality do not influence the clusters", async () => {
  const { train } = toInput(randomData({ users: 5, items: 40, widths: { image: 2 }, seed: 1 }));
  const data = blobs(40, 3, 4, 4, 2);
  const missing = Uint8Array.from({ length: 40 }, (_, item) => (item % 3 === 0 ? 1 : 0));
  const start = { data: data.slice(3, 12), clusters: 3 };
  const masked = data.map((value, i) => (missing[Math.floor(i / 3)] === 1 ? 1e6 : value));
  const features = { image: denseFeatures(masked, 40, 3, { missing }) };
  const { clusters, report } = await runFit(
    { train, features },
    { prepare: "none", project: "none", tolerance: 0, centroids: { image: start } },
  );
  const known = { data: data.filter((_, i) => missing[Math.floor(i / 3)] === 0), columns: 3 };
  const expected = await clusterRows(known, { clusters: 3, start, tolerance: 0 });
  expect(clusters.image!.centroids.data).toEqual(expected.centroids);
  expect([...clusters.image!.labels].filter((_, item) => missing[item] === 0)).toEqual([...expected.labels]);
  expect(report.clusters.image!.inertia).toBe(expected.inertia);
  expect(report.clusters.image!.sizes).toEqual([...expected.counts]);
});
