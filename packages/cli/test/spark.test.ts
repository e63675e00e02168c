import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parquetWriteBuffer } from "hyparquet-writer";
import { describe, expect, it } from "vitest";
import { describeWithSpark, runJobs } from "../../engine-spark/test/spark.ts";
import { wellbegun, wellbegunJson } from "./support/cli.ts";
import { readNpy, temporaryFolder } from "./support/files.ts";

const method = ["--lambda", "0.5", "--clusters", "3", "--dim", "4", "--backend", "cpu"];

/** A log and features in Parquet, with text IDs in no order. */
function parquetFiles(): { folder: string; source: string[] } {
  const folder = temporaryFolder();
  const text = (name: string, data: string[]) => ({ name, data, type: "STRING" as const });
  const pairs = Array.from({ length: 600 }, (_, row) => [
    `user-${(row * 37) % 90}`,
    `item-${(row * row) % 41}`,
  ]);
  const log = join(folder, "log-1.parquet");
  const columns = [
    text(
      "who",
      pairs.map(([user]) => user!),
    ),
    text(
      "what",
      pairs.map(([, item]) => item!),
    ),
  ];
  writeFileSync(log, new Uint8Array(parquetWriteBuffer({ columnData: columns })));
  const order = Array.from({ length: 41 }, (_, row) => (row * 17) % 41);
  const catalog = join(folder, "items.parquet");
  const vectors = order.map((item) => Array.from({ length: 6 }, (_, c) => Math.sin(item * item + c)));
  const names = text(
    "what",
    order.map((item) => `item-${item}`),
  );
  writeFileSync(
    catalog,
    new Uint8Array(parquetWriteBuffer({ columnData: [names, { name: "image", data: vectors }] })),
  );
  const features = ["--features", `image=${catalog}:image`];
  const source = ["--interactions", log, ...features, "--user-column", "who", "--item-column", "what"];
  return { folder, source };
}

describe("planning a Spark job", () => {
  it("writes the job, says what to run next, and collects nothing before it has run", async () => {
    const { folder, source } = parquetFiles();
    const job = join(folder, "job");
    const { status, stdout, stderr } = await wellbegun(["plan", ...source, "--job", job, ...method]);
    expect(status, stderr).toBe(0);
    expect(stdout).toContain(`spark-submit ${job}/job.py`);
    expect(stdout).toContain(`wellbegun collect ${job}`);
    expect(JSON.parse(readFileSync(join(job, "plan.json"), "utf8"))).toMatchObject({
      dim: 4,
      items: { count: 41, kind: "text", ids: "item_ids.txt" },
      log: { userColumn: "who", itemColumn: "what", format: "parquet" },
    });
    const out = join(folder, "out");
    expect(await wellbegun(["collect", job, "--out", out])).toMatchObject({
      status: 1,
      stderr: expect.stringContaining("spark-submit job.py"),
    });
    expect(existsSync(out)).toBe(false);
  });

  it("is refused without a job's folder, and with smoothing, which needs the log", async () => {
    const { folder, source } = parquetFiles();
    expect(await wellbegun(["plan", ...source])).toMatchObject({
      status: 2,
      stderr: expect.stringContaining("--job"),
    });
    const smoothed = ["plan", ...source, "--job", join(folder, "job"), "--smooth", "0.4"];
    expect(await wellbegun(smoothed)).toMatchObject({ status: 2, stderr: expect.stringContaining("smooth") });
    expect(existsSync(join(folder, "job"))).toBe(false);
  });
});

it("plan refuses a job's folder with other files before it reads the features", async () => {
  const job = temporaryFolder();
  writeFileSync(join(job, "notes.txt"), "mine");
  // No such features are there to read, which would be the next refusal.
  const source = ["--interactions", "none.parquet", "--features", "image=none.parquet:image"];
  const { status, stderr } = await wellbegun(["plan", ...source, "--job", job]);
  expect(status).toBe(2);
  expect(stderr).toContain("other files (notes.txt)");
  expect(readFileSync(join(job, "notes.txt"), "utf8")).toBe("mine");
});

describeWithSpark("a job on Spark, from Parquet to a bundle", () => {
  it("gives each user the vector that init gives it", async () => {
    const { folder, source } = parquetFiles();
    const [job, spark, one] = [join(folder, "job"), join(folder, "spark"), join(folder, "one")];
    await wellbegunJson(["plan", ...source, "--job", job, ...method]);
    await runJobs([{ program: join(job, "job.py"), arguments: ["--partitions", "3"] }]);
    const collected = await wellbegunJson(["collect", job, "--out", spark]);
    expect(collected).toMatchObject({ tables: { users: { shape: [90, 4] } }, usersWithUnknownItems: 0 });
    await wellbegunJson(["init", ...source, "--out", one, ...method]);
    for (const ids of ["user_ids.txt", "item_ids.txt"]) {
      expect(readFileSync(join(spark, ids), "utf8")).toBe(readFileSync(join(one, ids), "utf8"));
    }
    for (const table of ["users", "items", "centroids.image", "labels.image"]) {
      const found = readNpy(join(spark, `${table}.npy`)).data;
      const expected = readNpy(join(one, `${table}.npy`)).data;
      expect(found.length).toBe(expected.length);
      for (const [i, value] of expected.entries()) expect(found[i]).toBeCloseTo(value, 5);
    }
    expect(await wellbegunJson(["inspect", spark])).toMatchObject({ kind: "bundle", users: 90, items: 41 });
  }, 180_000);
});
