import { readFileSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { wellbegun, wellbegunJson } from "./support/cli.ts";
import { interText, smallDataset, temporaryFolder, writeDataset } from "./support/files.ts";

it("inspect describes a dataset", async () => {
  const folder = temporaryFolder();
  const data = smallDataset();
  const dataset = writeDataset(folder, "data", { ...data, rows: [...data.rows, data.rows[0]!, [11, 0, 2]] });
  const found = await wellbegunJson(["inspect", dataset]);
  expect(found).toMatchObject({
    kind: "dataset",
    layout: "mmrec",
    users: 12,
    items: 6,
    interactions: { train: 24, validation: 8, test: 9 },
    duplicates: 1,
    sparsity: 1 - 24 / 72,
    perUser: { median: 3, mean: 2, max: 3, without: 4 },
    modalities: {
      audio: { columns: 3, dtype: "float32", missingItems: 0 },
      image: { columns: 5, dtype: "float32", missingItems: 0 },
    },
  });
  const { status, stdout } = await wellbegun(["inspect", dataset]);
  expect(status).toBe(0);
  expect(stdout).toMatch(/users +12$/m);
  expect(stdout).toMatch(/validation +8$/m);
});

it("inspect checks a dataset", async () => {
  const folder = temporaryFolder();
  const dataset = writeDataset(folder, "data", smallDataset());
  writeFileSync(join(dataset, "data.inter"), interText([[0, 6, 0]]));
  const { status, stderr } = await wellbegun(["inspect", dataset]);
  expect(status).toBe(1);
  expect(stderr).toContain("line 2");
});

it("inspect describes and checks a bundle", async () => {
  const folder = temporaryFolder();
  const dataset = writeDataset(folder, "data", smallDataset());
  const out = join(folder, "out");
  await wellbegunJson(["init", dataset, "--out", out, "--clusters", "2", "--seed", "7"]);
  const found = await wellbegunJson(["inspect", out]);
  expect(found).toMatchObject({
    kind: "bundle",
    users: 8,
    items: 6,
    ids: { users: false, items: false },
    tables: { users: { dtype: "float32", shape: [8, 8] }, "labels.image": { dtype: "int32", shape: [6] } },
    manifest: { seed: 7, options: { preset: "default" } },
  });
  const { status, stdout } = await wellbegun(["inspect", out]);
  expect(status).toBe(0);
  expect(stdout).toContain("centroids.audio");
  expect(stdout).toContain("All is well");

  const path = join(out, "items.npy");
  const bytes = readFileSync(path);
  bytes[bytes.length - 3]! ^= 1;
  writeFileSync(path, bytes);
  const changed = await wellbegun(["inspect", out]);
  expect(changed.status).toBe(1);
  expect(changed.stderr).toContain(path);
  expect(changed.stderr).toContain("SHA-256");
  truncateSync(path, bytes.length - 1);
  const cut = await wellbegun(["inspect", out, "--json"]);
  expect(cut.status).toBe(1);
  expect(JSON.parse(cut.stdout).error).toMatchObject({ code: "mismatch", at: path });
});

it("inspect refuses a path that is neither a dataset nor a bundle", async () => {
  const folder = temporaryFolder();
  const { status, stderr } = await wellbegun(["inspect", folder]);
  expect(status).toBe(1);
  expect(stderr).toContain(folder);
  expect(stderr).toContain("manifest.json");
});
