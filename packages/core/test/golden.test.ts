import { describe, expect, it } from "vitest";
import { type FitOptions, type Model, fit as runFit } from "../src/index.ts";
import { type GoldenCase, goldenCases } from "./support/golden.ts";
import { readFloats, readNpy } from "./support/npy.ts";
import { largestDifference, rowsOf, tableRows } from "./support/tables.ts";

const plain: FitOptions = { prepare: "none", project: "none", scale: "none", combine: "concat" };
const cases = goldenCases();

it("There are golden cases", () => {
  expect(cases.length).toBeGreaterThan(0);
});

function startFrom({ meta, path }: GoldenCase, file: string): FitOptions["centroids"] {
  return Object.fromEntries(
    Object.keys(meta.modalities).map((modality) => {
      const { data, rows } = readFloats(path(`${modality}_${file}`));
      return [modality, { data, clusters: rows }];
    }),
  );
}

describe.each(cases)("Golden case $name", (golden) => {
  const { meta, input, path } = golden;
  const modalities = Object.keys(meta.modalities);
  const settings = (["sym", "mean"] as const).flatMap((normalization) =>
    meta.lambdas.map((lambda) => ({
      normalization,
      lambda,
      file: `init_${normalization}_lam${lambda.toFixed(1)}.npy`,
    })),
  );

  const run = (options: FitOptions): Promise<Model> => runFit(input, { ...plain, ...options });

  it("has the sizes that its meta.json states", () => {
    expect(input.train.items.length).toBe(meta.interactions);
    for (const modality of modalities)
      expect(input.features[modality]!.columns).toBe(meta.modalities[modality]!.dim);
  });

  it.each(settings)(
    "has the user tables of all modalities for $normalization and lambda $lambda",
    async ({ normalization, lambda, file }) => {
      const centroids = startFrom(golden, "seed_centroids.npy");
      const { users, perModality } = await run({ normalization, lambda, centroids, tolerance: 0 });
      const expected = modalities.map((modality) => readFloats(path(`${modality}_${file}`)));
      for (const [m, modality] of modalities.entries()) {
        expect(perModality[modality]!.columns).toBe(expected[m]!.columns);
        expect(largestDifference(perModality[modality]!.data, expected[m]!.data)).toBeLessThanOrEqual(1e-5);
      }
      const tables = expected.map(({ data, columns }) => rowsOf(data, columns));
      const sideBySide = tables[0]!.map((_, user) => tables.flatMap((table) => table[user]!));
      expect(users.columns).toBe(sideBySide[0]!.length);
      expect(largestDifference(tableRows(users).flat(), sideBySide.flat())).toBeLessThanOrEqual(1e-5);
    },
  );

  it("has the labels, centroids and inertia that follow from the given start", async () => {
    const centroids = startFrom(golden, "seed_centroids.npy");
    const { clusters, report } = await run({ centroids, tolerance: 0 });
    for (const modality of modalities) {
      expect([...clusters[modality]!.labels]).toEqual([...readNpy(path(`${modality}_labels.npy`)).data]);
      const end = readFloats(path(`${modality}_centroids.npy`));
      expect(largestDifference(clusters[modality]!.centroids.data, end.data)).toBeLessThanOrEqual(1e-5);
      const { inertia } = meta.modalities[modality]!;
      expect(Math.abs(report.clusters[modality]!.inertia / inertia - 1)).toBeLessThanOrEqual(1e-5);
    }
  });

  it("keeps given centroids with maxIterations 0", async () => {
    const centroids = startFrom(golden, "centroids.npy");
    const { clusters, report } = await run({ centroids, maxIterations: 0 });
    for (const modality of modalities) {
      expect(clusters[modality]!.centroids.data).toEqual(centroids![modality]!.data);
      expect([...clusters[modality]!.labels]).toEqual([...readNpy(path(`${modality}_labels.npy`)).data]);
      expect(report.clusters[modality]!.iterations).toBe(0);
    }
  });
});
