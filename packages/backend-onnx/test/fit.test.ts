import { type Backend, cpu, type FitInput, type FitOptions, fit, type Model } from "@wellbegun/core";
import { afterAll, describe, expect, it } from "vitest";
import { openOnnx } from "../src/backend/onnx.ts";
import { everything, planFor } from "../src/backend/plan.ts";
import { goldenCases, syntheticInput } from "./support/fixtures.ts";
import { peerFor } from "./support/peers.ts";
import { largestDifference } from "./support/tables.ts";

const cases = goldenCases();
const synthetic = await syntheticInput({
  users: 300,
  items: 400,
  modalities: [
    { name: "image", width: 300 },
    { name: "text", width: 40 },
  ],
  missing: 0.05,
});
const settings: readonly (readonly [string, FitInput, FitOptions])[] = [
  ...cases.map(({ name, input }) => [`golden ${name}`, input, { dim: 4, clusters: 2 }] as const),
  ["a synthetic dataset", synthetic, { clusters: 8, lambda: 0.5 }],
  [
    "a synthetic dataset in many clusters",
    synthetic,
    { clusters: 70, dim: 16, normalization: "mean", restarts: 2 },
  ],
  ["a synthetic dataset, streamed", synthetic, { clusters: 12, lambda: 0.2, restarts: 2, dim: 8 }],
];

it("There are golden cases", () => expect(cases.length).toBeGreaterThan(0));

const runtime = await peerFor("fits on onnx:cpu", "onnxruntime-node");
if (runtime !== undefined) {
  const executionProviders = ["cpu"] as const;
  const planned = await openOnnx({ runtime, executionProviders }, planFor);
  const whole = await openOnnx({ runtime, executionProviders }, () => everything);
  afterAll(async () => {
    await planned.dispose();
    await whole.dispose();
  });

  describe.each([
    ["as planned", planned],
    ["all products on ONNX Runtime", whole],
  ])("onnx:cpu, %s", (_, backend) => {
    it.each(settings)(
      "%s has the labels of the portable backend, and its tables within 1e-4",
      async (name, input, options) => {
        const memory = name.endsWith("streamed") ? { memory: 1_000_000 } : {};
        const expected = await fit(input, { ...options, backend: cpu(), ...memory });
        const found = await fit(input, { ...options, backend, ...memory });
        expectAlike(found, expected);
      },
    );

    it.each(cases)(
      "golden case $name has the centroids and labels of the independent implementation",
      async (golden) => {
        const { clusters } = await run(backend, golden.input, { centroids: golden.start, tolerance: 0 });
        for (const modality of golden.modalities) {
          const { centroids, labels } = clusters[modality]!;
          expect([...labels]).toEqual([...golden.labels(`${modality}_labels.npy`)]);
          const expected = golden.table(`${modality}_centroids.npy`).data;
          expect(largestDifference(centroids.data, expected)).toBeLessThan(1e-4);
        }
      },
    );

    it.each(cases)(
      "golden case $name has the user tables of the independent implementation",
      async (golden) => {
        for (const normalization of ["sym", "mean"] as const) {
          for (const lambda of golden.lambdas) {
            const options: FitOptions = { normalization, lambda, centroids: golden.start, tolerance: 0 };
            const { perModality } = await run(backend, golden.input, options);
            for (const modality of golden.modalities) {
              const expected = golden.table(
                `${modality}_init_${normalization}_lam${lambda.toFixed(1)}.npy`,
              ).data;
              expect(largestDifference(perModality[modality]!.data, expected)).toBeLessThan(1e-4);
            }
          }
        }
      },
    );
  });
}

function run(backend: Backend, input: FitInput, options: FitOptions): Promise<Model> {
  return fit(input, { prepare: "none", project: "none", scale: "none", ...options, backend });
}

function expectAlike(found: Model, expected: Model): void {
  for (const [modality, { labels, centroids }] of Object.entries(expected.clusters)) {
    expect([...found.clusters[modality]!.labels]).toEqual([...labels]);
    expect(largestDifference(found.clusters[modality]!.centroids.data, centroids.data)).toBeLessThan(1e-4);
  }
  expect(largestDifference(found.users.data, expected.users.data)).toBeLessThan(1e-4);
  expect(largestDifference(found.items.data, expected.items.data)).toBeLessThan(1e-4);
  for (const [modality, { data }] of Object.entries(expected.perModality)) {
    expect(largestDifference(found.perModality[modality]!.data, data)).toBeLessThan(1e-4);
  }
}
