import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { readBundle, writeTables } from "@wellbegun/adapters/node";
import { denseFeatures, fit, interactionsFromPairs } from "@wellbegun/core";
import { describe, expect, it } from "vitest";
import { collectJob, planJob } from "../src/index.ts";
import { featuresOfRows, sampleRows } from "../src/sample.ts";
import { expectRefusal, temporaryFolder } from "./helpers.ts";

const image = denseFeatures(
  Float32Array.from({ length: 40 * 3 }, (_, i) => Math.sin(i * i)),
  40,
  3,
);
const log = { files: "s3a://bucket/log/*.parquet", userColumn: "user", itemColumn: "item" };

describe("planning a job", () => {
  const root = temporaryFolder();

  it("refuses options that there are not, of the log and of collecting", async () => {
    const misspelled = { ...log, weigthColumn: "weight" };
    const planned = planJob(join(root, "refused"), { features: { image }, log: misspelled });
    await expect(planned).rejects.toThrow("Did you mean weightColumn?");
    expect(existsSync(join(root, "refused"))).toBe(false);
    const collected = collectJob(root, join(root, "out"), { form: "elsewhere" } as object);
    await expect(collected).rejects.toThrow("Did you mean from?");
  });

  it("writes a folder that needs nothing else, whose items are those of core's fit of the same features", async () => {
    const job = join(root, "job");
    const plan = await planJob(job, { features: { image }, log }, { dim: 2, clusters: 3, lambda: 0.5 });
    expect(readdirSync(job).sort()).toEqual(
      [
        ...["centroids.image.npy", "items.image.npy", "labels.image.npy", "points.image.npy"],
        ...["initializer.bin", "job.py", "manifest.json", "plan.json"],
      ].sort(),
    );
    expect(JSON.parse(readFileSync(join(job, "plan.json"), "utf8"))).toEqual(plan);
    expect(plan.log).toEqual({
      ...log,
      files: [log.files],
      format: "parquet",
      weightColumn: null,
      split: null,
      duplicates: "max",
    });
    const train = interactionsFromPairs(Array.from({ length: 40 }, (_, item) => [item % 7, item]));
    const model = await fit({ train, features: { image } }, { dim: 2, clusters: 3, lambda: 0.5 });
    const bundle = await readBundle(job);
    const tables = model.initializer.state.modalities.image!;
    expect((await bundle.readTable("items.image")).data).toEqual(tables.items);
    expect((await bundle.readTable("points.image")).data).toEqual(tables.points);
    expect((await bundle.readTable("labels.image")).data).toEqual(model.clusters.image!.labels);
  });

  it("refuses what the job cannot follow, before anything is written", async () => {
    const out = join(root, "refused");
    const input = { features: { image }, log };
    await expectRefusal(() => planJob(out, input, { smooth: 0.3 }), "invalid-option", "smooth");
    await expectRefusal(() => planJob(out, input, { sampleItems: 0 }), "invalid-option", "sampleItems");
    const last = { ...log, weightColumn: "w", duplicates: "last" as "max" };
    await expectRefusal(() => planJob(out, { ...input, log: last }), "invalid-option", "max or sum");
    await expectRefusal(
      () => planJob(out, { ...input, log: { ...log, files: [] } }),
      "invalid-option",
      "at least one path",
    );
    expect(existsSync(out)).toBe(false);
  });

  it("says that a job has not run when its output is not there", async () => {
    const job = join(root, "planned");
    await planJob(job, { features: { image }, log }, { dim: 2 });
    await expectRefusal(() => collectJob(job, join(root, "bundle")), "io", "spark-submit job.py");
    const other = join(root, "no-job");
    await writeTables(other, { tables: [{ name: "users", rows: 1, columns: 1, data: Float32Array.of(1) }] });
    await expectRefusal(() => collectJob(other, join(root, "bundle")), "format", "a folder that plan wrote");
    await expectRefusal(() => collectJob(join(root, "nothing"), join(root, "bundle")), "io", "nothing there");
  });

  it("clusters a sample and assigns the other items in one pass", async () => {
    // Three groups far apart, so that any sample with all of them finds them.
    const data = Float32Array.from({ length: 3000 * 2 }, (_, i) => {
      const group = Math.floor(i / 2) % 3;
      return [10, -4, 1][group]! * (i % 2 === 0 ? 1 : group - 1) + 0.01 * Math.sin(i * i);
    });
    const groups = denseFeatures(data, 3000, 2);
    const options = { clusters: 3, lambda: 0, dim: 2 };
    const [whole, sampled] = [join(root, "whole"), join(root, "sampled")];
    await planJob(whole, { features: { groups }, log }, options);
    await planJob(sampled, { features: { groups }, log }, { ...options, sampleItems: 60 });
    const labelsOf = async (job: string): Promise<number[]> => [
      ...(await (await readBundle(job)).readTable("labels.groups")).data,
    ];
    const [all, some] = [await labelsOf(whole), await labelsOf(sampled)];
    // The numbers of clusters may differ; which items share one may not.
    const partition = (labels: readonly number[]): string =>
      labels.map((label) => labels.indexOf(label)).join();
    expect(partition(some)).toBe(partition(all));
  });

  it("draws distinct rows evenly, the same for a seed, and reads them as a source", async () => {
    const rows = sampleRows(1000, 100, 5);
    expect(new Set(rows).size).toBe(100);
    expect([...rows]).toEqual([...rows].sort((a, b) => a - b));
    expect(sampleRows(1000, 100, 5)).toEqual(rows);
    expect(rows.filter((row) => row < 500).length).toBeGreaterThan(30);
    expect([...sampleRows(5, 5, 1)]).toEqual([0, 1, 2, 3, 4]);
    const source = featuresOfRows(image, Uint32Array.of(1, 2, 9, 39));
    const into = new Float32Array(3 * 3);
    await source.read(1, 3, into);
    const expected = new Float32Array(40 * 3);
    await image.read(0, 40, expected);
    expect([...into]).toEqual([2, 9, 39].flatMap((row) => [...expected.subarray(row * 3, row * 3 + 3)]));
  });
});
