import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { readDataset, writeBundle } from "@wellbegun/adapters/node";
import { cpu, fit } from "@wellbegun/core";
import { describe, expect, it } from "vitest";
import { wellbegun, wellbegunJson } from "./support/cli.ts";
import { example } from "./support/example.ts";
import { folderHashes, type Row, wave, writeDataset } from "./support/files.ts";

const quick = ["--clusters", "3", "--dim", "4"];
const features = { image: wave(50, 6, 1), text: wave(50, 4, 3) };

/** A dataset of 120 users and 50 items, its bundle, and what writes its variants. */
async function initialized(...more: readonly string[]) {
  const { folder, dataset, rows, users } = example();
  const out = join(folder, "oA");
  await wellbegunJson(["init", dataset, "--out", out, ...quick, ...more]);
  const variant = (changed: readonly Row[], own = features): string =>
    writeDataset(folder, "dC", { rows: changed, features: own });
  let train = 0;
  // Every sixth train row is held out, and the old validation rows are train rows.
  const resplit = rows.map(([user, item, label]): Row => {
    if (label === 0) return [user, item, train++ % 6 === 0 ? 1 : 0];
    return [user, item, label === 1 ? 0 : label];
  });
  const renumbered = rows.map(([user, item, label]): Row => [(Number(user) + 1) % users, item, label]);
  return { folder, dataset, rows, out, variant, resplit, renumbered };
}

describe("A bundle of other data", () => {
  it("is refused by evaluate, and judged with a note where --other-data allows it", async () => {
    const { dataset, out, variant, resplit, renumbered } = await initialized();
    const judge = (data: string, ...more: string[]) => ["evaluate", data, "--bundle", out, ...more];
    expect(await wellbegunJson(judge(dataset))).toMatchObject({ data: "same", control: null, notes: [] });
    for (const rows of [resplit, renumbered]) {
      const { status, stdout, stderr } = await wellbegun(judge(variant(rows)));
      expect([status, stdout]).toEqual([1, ""]);
      expect(stderr).toContain("train interactions");
      expect(stderr).toContain("--other-data");
    }
    const meant = await wellbegunJson(judge(variant(resplit), "--other-data", "--protocols", "zero-shot"));
    expect(meant.data).toBe("other");
    expect(meant.notes.join()).toContain("other data");
  });

  it("is refused by the name of the modality whose features differ", async () => {
    const { rows, out, variant } = await initialized();
    const data = variant(rows, { ...features, text: wave(50, 4, 4) });
    const { status, stderr } = await wellbegun(["evaluate", data, "--bundle", out]);
    expect([status, stderr.includes("features of modality text")]).toEqual([1, true]);
  });

  it("is refused as --centroids where the features differ, unless --other-data allows it", async () => {
    const { folder, rows, dataset, out, variant } = await initialized();
    const data = variant(rows, { ...features, text: wave(50, 4, 4) });
    const start = ["--out", join(folder, "again"), "--centroids", out];
    const { status, stderr } = await wellbegun(["init", data, ...start]);
    expect([status, stderr.includes("features of modality text")]).toEqual([1, true]);
    const evaluated = await wellbegun(["evaluate", data, "--centroids", out, "--protocols", "item-cf"]);
    expect([evaluated.status, evaluated.stderr.includes("features of modality text")]).toEqual([1, true]);
    for (const args of [
      ["init", data, ...start, "--other-data"],
      ["init", dataset, ...start],
    ]) {
      expect(await wellbegun(args)).toMatchObject({ status: 0 });
    }
    expect((await wellbegun(["init", data, "--out", join(folder, "b"), "--other-data"])).status).toBe(2);
  });

  it("is refused by its files too, while files of unknown origin are judged with a note", async () => {
    const { folder, dataset, out, variant, resplit } = await initialized();
    const tables = ["--users", join(out, "users.npy"), "--items", join(out, "items.npy")];
    const { status, stderr } = await wellbegun(["evaluate", variant(resplit), ...tables]);
    expect([status, stderr.includes("train interactions")]).toEqual([1, true]);
    const options = ["--protocols", "zero-shot"];
    expect((await wellbegunJson(["evaluate", dataset, ...tables, ...options])).data).toBe("same");
    const foreign = ["--users", join(folder, "u.npy"), "--items", join(folder, "i.npy")];
    const judged = await wellbegunJson(["evaluate", dataset, ...foreign, ...options]);
    expect(judged.data).toBe("unknown");
    expect(judged.notes.join()).toContain("Nothing says");
  });

  it("is refused by wire, where the checkout or --dataset has the dataset", async () => {
    const { folder, dataset, rows, out, variant, resplit } = await initialized();
    const checkout = join(folder, "MMRec");
    mkdirSync(join(checkout, "src"), { recursive: true });
    writeFileSync(join(checkout, "src", "main.py"), "");
    const wire = ["wire", "mmrec:vbpr", out, "--into", checkout, "--dry-run"];
    expect(await wellbegunJson(wire)).toMatchObject({ data: null, dataset: null });
    writeDataset(join(checkout, "data"), "data", { rows, features });
    const own = join(checkout, "data", "data");
    expect(await wellbegunJson(wire)).toMatchObject({ data: "same", dataset: own });
    writeDataset(join(checkout, "data"), "data", { rows: resplit, features });
    for (const args of [wire, [...wire, "--dataset", variant(resplit)]]) {
      const { status, stderr } = await wellbegun(args);
      expect([status, stderr.includes("train interactions")]).toEqual([1, true]);
    }
    expect(await wellbegunJson([...wire, "--other-data"])).toMatchObject({ data: "other" });
    const given = await wellbegunJson([...wire, "--dataset", dataset]);
    expect(given).toMatchObject({ data: "same", dataset });
    expect(given.command.join("\n")).toContain("--dataset data");
    const nowhere = ["wire", "mmrec:vbpr", out, "--into", folder, "--dry-run"];
    for (const option of [["--other-data"], ["--ids", "raw"]]) {
      const refused = await wellbegun([...nowhere, ...option]);
      expect([refused.status, refused.stderr.includes(`no ${option[0]} without a dataset`)]).toEqual([
        2,
        true,
      ]);
    }
  });

  it("is refused by wire at the first raw ID that differs, where the dataset is read as init read it", async () => {
    const { folder, rows, variant } = await initialized();
    const named = (prefix: string): Row[] =>
      rows.map(([user, item, label]) => [`${prefix}${user}`, item, label]);
    const dataset = writeDataset(folder, "raw", { rows: named("u"), features });
    const out = join(folder, "oR");
    await wellbegunJson(["init", dataset, "--out", out, "--ids", "raw", ...quick]);
    const wire = ["wire", "pytorch", out, "--into", folder, "--dry-run", "--ids", "raw", "--dataset"];
    expect(await wellbegunJson([...wire, dataset])).toMatchObject({ data: "same" });
    const { status, stderr } = await wellbegun([...wire, variant(named("v")), "--other-data"]);
    expect([status, stderr.includes("user row 0")]).toEqual([1, true]);
  });

  it("is refused by tune --resume, whose trials name the modality of other features", async () => {
    const { folder, dataset, rows, variant } = await initialized();
    const out = join(folder, "tune.json");
    const search = ["--budget", "2", "--clusters", "3", "--dim", "4"];
    await wellbegunJson(["tune", dataset, "--out", out, ...search]);
    const trials = join(folder, "tune.trials.jsonl");
    const data = variant(rows, { ...features, image: wave(50, 6, 8) });
    const again = ["tune", data, "--out", join(folder, "again.json"), "--resume", trials, ...search];
    const { status, stderr } = await wellbegun(again);
    expect([status, stderr.includes("features of modality image")]).toEqual([1, true]);
  });
});

it("A control is marked in inspect, and in evaluate's table, JSON and report", async () => {
  const { folder, dataset, out } = await initialized("--control", "permuted");
  expect((await wellbegunJson(["inspect", out])).control).toBe("permuted");
  expect((await wellbegun(["inspect", out])).stdout).toContain("(control)");
  const report = join(folder, "report.html");
  const args = ["evaluate", dataset, "--bundle", out, "--protocols", "zero-shot"];
  const found = await wellbegunJson([...args, "--report", report]);
  expect(found).toMatchObject({ control: "permuted", data: "same" });
  expect(found.contestants.at(-1).name).toBe("oA (control)");
  expect(found.notes.join()).toContain("control");
  expect((await wellbegun(args)).stdout).toContain("oA (control)");
  expect(readFileSync(report, "utf8")).toContain("<dt>control</dt>");
  const tables = ["--users", join(out, "users.npy"), "--items", join(out, "items.npy")];
  const given = await wellbegunJson(["evaluate", dataset, ...tables, "--protocols", "zero-shot"]);
  expect(given).toMatchObject({ control: "permuted" });
});

it("The SDK writes what init writes, byte for byte but for the versions in the manifest", async () => {
  const { folder, dataset, out } = await initialized("--backend", "cpu", "--format", "npy,safetensors");
  const backend = cpu();
  const data = await readDataset(dataset);
  const sdk = join(folder, "sdk");
  try {
    const model = await fit(data, { clusters: 3, dim: 4, backend });
    await writeBundle(sdk, model, { formats: ["npy", "safetensors"] });
  } finally {
    await data.close();
    await backend.dispose();
  }
  const { "manifest.json": ours, ...files } = folderHashes(sdk);
  const { "manifest.json": theirs, ...expected } = folderHashes(out);
  expect(files).toEqual(expected);
  const parsed = (at: string) => JSON.parse(readFileSync(join(at, "manifest.json"), "utf8"));
  const { packages: _, ...manifest } = parsed(sdk);
  expect(manifest).toEqual({ ...parsed(out), packages: undefined, ...manifest });
  const { packages, ...of } = parsed(out);
  expect(manifest).toEqual(of);
  expect(packages).toMatchObject(parsed(sdk).packages);
});
