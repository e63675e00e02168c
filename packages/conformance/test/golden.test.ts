import { cpu, wasm } from "@wellbegun/core";
import { describe, expect, it } from "vitest";
import { tiny } from "../src/golden/tiny.ts";
import {
  type CaseResult,
  type ConformanceOptions,
  type GoldenCase,
  openSuite,
  runCase,
} from "../src/index.ts";
import { goldenFiles } from "./support/golden-files.ts";

const files = goldenFiles();

describe("The tiny case of the suite", () => {
  const file = files.find(({ name }) => name === "tiny")!;

  it("equals the repository's files to the bit", () => {
    const rounded = (values: ArrayLike<number>): number[] => [...Float32Array.from(values)];
    expect(Array.from(tiny.users)).toEqual(Array.from(file.users));
    expect(Array.from(tiny.items)).toEqual(Array.from(file.items));
    expect([tiny.userCount, tiny.itemCount]).toEqual([file.userCount, file.itemCount]);
    expect(Object.keys(tiny.modalities)).toEqual(Object.keys(file.modalities));
    for (const [name, own] of Object.entries(tiny.modalities)) {
      const { columns, features, start, centroids, labels, tables } = file.modalities[name]!;
      expect(own.columns).toBe(columns);
      expect(rounded(own.features)).toEqual(rounded(features));
      expect(rounded(own.start)).toEqual(rounded(start));
      expect(rounded(own.centroids)).toEqual(rounded(centroids));
      expect(Array.from(own.labels)).toEqual(Array.from(labels));
      for (const { normalization, lambda, values } of own.tables) {
        const table = tables.find((one) => one.normalization === normalization && one.lambda === lambda)!;
        expect(rounded(values)).toEqual(rounded(table.values));
      }
    }
  });
});

/** The results of the golden cases alone: those of operations are in files of their own. */
async function runGolden(options: ConformanceOptions): Promise<CaseResult[]> {
  const suite = await openSuite(options);
  const results: CaseResult[] = [];
  for (const one of suite.cases) {
    if (one.name.startsWith("gives the golden case")) results.push(await runCase(suite, one));
  }
  await suite.dispose();
  return results;
}

describe("Golden cases that the caller passes in", () => {
  const changed = (change: (values: number[]) => number[]): GoldenCase => {
    const { image } = tiny.modalities;
    const [first, ...others] = image!.tables;
    const values = change(Array.from(first!.values));
    const tables = [{ ...first!, values }, ...others];
    return { ...tiny, name: "changed", modalities: { ...tiny.modalities, image: { ...image!, tables } } };
  };

  it.each([
    ["cpu", async () => cpu()],
    ["wasm", () => wasm({ threads: 1 })],
  ] as const)("are cases of the suite, which %s passes", async (name, create) => {
    const golden = files.filter((file) => file.name !== "tiny");
    expect(golden.length).toBeGreaterThan(0);
    const results = await runGolden({ name, create, golden });
    for (const { name: own } of golden) {
      const found = results.find((result) => result.name === `gives the golden case ${own}`);
      expect(found).toMatchObject({ operation: "fit", status: "passed" });
    }
  });

  it.each([
    ["a value that is off by two in a thousand", (values: number[]) => values.with(7, 1.002 * values[7]!)],
    ["a value that is none", (values: number[]) => values.with(7, Number.NaN)],
    ["too few values", (values: number[]) => values.slice(1)],
  ])("fail with %s", async (_, change) => {
    const golden = [changed(change)];
    const results = await runGolden({ name: "cpu", create: async () => cpu(), golden });
    const failed = results.filter(({ status }) => status === "failed");
    expect(failed.map(({ name }) => name)).toEqual(["gives the golden case changed"]);
  });
});
