import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { compareBundles, type Difference } from "./support/compare-bundles.ts";
import { type Row, wave, writeDataset } from "./support/files.ts";
import { demandBackend, jsonWithPeers, tiktok } from "./support/peers.ts";

const folder = mkdtempSync(join(tmpdir(), "wellbegun-cli-backends-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

// Software GPUs on a machine that others share.
const patience = 1_800_000;
/** One k-means run: the others differ from it by nothing but their start. */
const options = ["--restarts", "1"];
/** Minutes on TikTok: a synthetic dataset, unless all is to run on TikTok, for the table in docs/backends.md. */
const slow = process.env.WELLBEGUN_ALL_ON_TIKTOK === undefined ? ["webgpu", "tfjs:cpu", "tfjs:webgpu"] : [];

/** The datasets: TikTok where it is, and a synthetic one, which stands for it elsewhere. */
const datasets = new Map<string, Promise<string>>();

function datasetFor(backend: string): Promise<string> {
  const name = tiktok === undefined || slow.includes(backend) ? "synthetic" : "tiktok";
  const made =
    datasets.get(name) ??
    (name === "tiktok" ? Promise.resolve(tiktok!) : synthesize(join(folder, "synthetic")));
  datasets.set(name, made);
  return made;
}

async function synthesize(out: string): Promise<string> {
  await jsonWithPeers(["synth", "--out", out, "--users", "400", "--items", "250", "--seed", "3"]);
  return out;
}

/** What the portable backend makes of a dataset: its bundle. */
const portable = new Map<string, Promise<string>>();

function portableBundle(dataset: string): Promise<string> {
  const out = join(folder, `cpu-${portable.size}`);
  const made = portable.get(dataset) ?? initOn("cpu", dataset, out).then(() => out);
  portable.set(dataset, made);
  return made;
}

// biome-ignore lint/suspicious/noExplicitAny: tests look into the object wherever they like.
function initOn(backend: string, dataset: string, out: string): Promise<any> {
  return jsonWithPeers(["init", dataset, "--out", out, "--backend", backend, ...options]);
}

const rows: string[] = [];
afterAll(() => {
  if (rows.length > 0)
    console.log(
      ["| backend | device | dataset | s | labels | inertia | tables | rows |", ...rows].join("\n"),
    );
});

function note(backend: string, device: string, dataset: string, seconds: number, found: Difference): void {
  const worst = (values: object): number => Math.max(...Object.values(values));
  const { labels, inertia, tables, rows: each } = found;
  const figures = [worst(labels), ...[inertia, tables, each].map((values) => worst(values).toExponential(1))];
  const data = dataset === tiktok ? "TikTok" : "synthetic";
  rows.push(`| ${[backend, device, data, seconds.toFixed(1), ...figures].join(" | ")} |`);
}

describe("init gives what the portable backend gives", () => {
  it.for(["wasm", "onnx:cpu", "onnx:wasm", "onnx:webgpu", "webgpu", "tfjs:wasm", "tfjs:webgpu", "tfjs:cpu"])(
    "on backend %s",
    { timeout: patience },
    async (name, context) => {
      await demandBackend(name, context);
      const dataset = await datasetFor(name);
      const out = join(folder, name.replace(":", "-"));
      const { backend, totalTime } = await initOn(name, dataset, out);
      expect(backend.name).toBe(name);
      const found = compareBundles(await portableBundle(dataset), out);
      note(name, backend.device, dataset, totalTime / 1000, found);
      for (const value of Object.values(found.inertia)) expect(value).toBeLessThan(1e-6);
      for (const count of Object.values(found.labels)) expect(count).toBe(0);
      for (const value of Object.values(found.tables)) expect(value).toBeLessThan(1e-4);
      // The synthetic features have principal axes close to each other, which float32 sums turn a little.
      const row = dataset === tiktok ? 1e-4 : 5e-4;
      for (const value of Object.values(found.rows)) expect(value).toBeLessThan(row);
      // The bundle says what it was made on.
      const manifest = JSON.parse(readFileSync(join(out, "manifest.json"), "utf8"));
      expect(manifest.backend).toEqual({ name, device: backend.device });
    },
  );
});

describe("auto with the real packages", () => {
  /** Features as wide as asked for, no two items alike. */
  function dataset(name: string, items: number, width: number): string {
    const rows: Row[] = Array.from({ length: items }, (_, item) => [item % 8, item, 0]);
    return writeDataset(folder, name, { rows, features: { image: wave(items, width, 1) } });
  }

  it("takes ONNX Runtime for wide features, and no GPU for them", { timeout: patience }, async (context) => {
    await demandBackend("onnx:cpu", context);
    const wide = dataset("wide", 4096, 1024);
    const brief = ["--restarts", "1", "--max-iterations", "1", "--project", "random", "--no-per-modality"];
    const { backend } = await jsonWithPeers(["init", wide, "--out", join(folder, "wide-out"), ...brief]);
    expect(backend.name).toBe("onnx:cpu");
    const kinds = Object.fromEntries(
      backend.others.map((one: { name: string; kind: string }) => [one.name, one.kind]),
    );
    expect(kinds).toMatchObject({
      webgpu: "too-small",
      "tfjs:wasm": "by-name",
      wasm: "not-tried",
      cpu: "not-tried",
    });
  });

  it("takes core's own backend for narrow ones, and says why not each of the packages", async () => {
    const narrow = dataset("narrow", 80, 16);
    const { backend } = await jsonWithPeers(["init", narrow, "--out", join(folder, "narrow-out")]);
    expect(["wasm", "cpu"]).toContain(backend.name);
    const { reason } = backend.others.find(({ name }: { name: string }) => name === "onnx:cpu");
    expect(reason).toMatch(/features of 80 x 16/);
  });
});
