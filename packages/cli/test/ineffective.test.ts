import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { PassThrough } from "node:stream";
import { text } from "node:stream/consumers";
import { beforeAll, describe, expect, it } from "vitest";
import { run } from "../src/index.ts";
import { interText, sharedFolder, treeHashes, wave, writeDataset } from "./support/files.ts";

const root = sharedFolder();
const data = join(root, "data");
const single = join(root, "single");
const bundle = join(root, "bundle");
const [users, items] = [join(bundle, "users.npy"), join(bundle, "items.npy")];
const pair = ["--users", users, "--items", items];
const out = ["--out", join(root, "out")];

beforeAll(async () => {
  const shape = ["--users", "60", "--items", "30", "--interactions", "500"];
  expect(await run(["synth", "--out", data, ...shape, "--modalities", "image=6,audio=4", "--quiet"])).toBe(0);
  expect(await run(["synth", "--out", single, ...shape, "--modalities", "image=6", "--quiet"])).toBe(0);
  expect(await run(["init", data, "--out", bundle, "--dim", "4", "--quiet"])).toBe(0);
});

/** Runs in this process, without a terminal; returns the status and how it failed. */
async function ended(args: readonly string[]): Promise<{ status: number; stderr: string }> {
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  const status = await run(args, { stdout, stderr, env: {} });
  const [printed, failed] = await Promise.all([stdout, stderr].map((stream) => text(stream.end())));
  return { status, stderr: `${failed}${args.includes("--json") ? printed : ""}` };
}

const evaluate = (...options: string[]): string[] => ["evaluate", data, ...options];
const cases: Record<string, readonly [args: () => readonly string[], part: string][]> = {
  "evaluate, beside given vectors": [
    ...[
      "--lambda=0",
      "--clusters=4",
      "--preset=paper",
      "--dim=4",
      "--scale=unit",
      "--normalization=mean",
      "--project=pca",
      "--prepare=l2",
      "--restarts=2",
      "--init-size=9",
      "--combine=mean",
      "--weights=image=2",
      "--max-iterations=3",
      "--tolerance=1",
      "--mask-share=0.1",
    ].flatMap((option): [() => string[], string][] => [
      [() => evaluate("--bundle", bundle, option), option.split("=")[0]!],
      [() => evaluate(...pair, option), option.split("=")[0]!],
    ]),
    [() => evaluate("--bundle", bundle, "--centroids", bundle), "--centroids"],
    [() => evaluate("--bundle", bundle, "--protocols", "zero-shot", "--modalities", "image"), "--modalities"],
    [() => evaluate("--bundle", bundle, "--protocols", "item-cf", "--zero-rows", "keep"), "--zero-rows"],
  ],
  "evaluate, without the protocol": [
    [() => evaluate("--protocols", "zero-shot", "--mask-share", "0.2"), "--mask-share"],
    [() => evaluate("--protocols", "item-cf", "--similarity", "cosine"), "--similarity"],
    [() => evaluate("--protocols", "alignment", "--k", "5"), "--k"],
    [() => evaluate("--protocols", "alignment", "--control", "none"), "--control"],
    [() => evaluate("--protocols", "mask-modality"), "zero-shot"],
  ],
  init: [
    [() => ["init", data, ...out, "--centroids", bundle, "--restarts", "3"], "--restarts"],
    [() => ["init", data, ...out, "--centroids", bundle, "--init-size", "20"], "--init-size"],
    [() => ["init", data, ...out, "--lambda", "0", "--normalization", "mean"], "--normalization"],
    [() => ["init", data, ...out, "--max-iterations", "0", "--tolerance", "1"], "--tolerance"],
    [
      () => ["init", data, ...out, "--centroids", bundle, "--max-iterations", "0", "--sample-size", "20"],
      "--sample-size",
    ],
    [
      () => [
        "init",
        data,
        ...out,
        "--preset",
        "paper",
        "--lambda",
        "1",
        "--normalization",
        "sym",
        "--clusters",
        "4",
      ],
      "--preset",
    ],
    [() => ["init", data, ...out, "--project", "none", "--dim", "4"], "dim"],
    [() => ["init", data, ...out, "--combine", "mean", "--weights", "image=1,audio=2"], "weights"],
    [() => ["init", data, ...out, "--lambda", "foo=1"], "foo"],
    [() => ["init", data, ...out, "--quiet", "--json"], "--quiet"],
  ],
  "all commands that read a dataset": ["init", "evaluate", "tune", "inspect"].flatMap(
    (command): [() => string[], string][] => [
      [() => [command, data, ...(command === "init" ? out : []), "--user-column", "itemID"], "itemColumn"],
      [() => [command, data, ...(command === "init" ? out : []), "--label-column", "userID"], "labelColumn"],
      [
        () => [command, data, ...(command === "init" ? out : []), "--all-train", "--label-column", "x"],
        "--all-train",
      ],
    ],
  ),
  tune: [
    [() => ["tune", data, "--lambda", "1", "--clusters", "4"], "--clusters"],
    [() => ["tune", data, "--lambda", "1", "--restarts", "4"], "--restarts"],
    [() => ["tune", data, "--lambda", "0", "--normalization", "sym"], "--normalization"],
    [() => ["tune", data, "--project", "none", "--dim", "4"], "--dim"],
    [() => ["tune", data, "--modalities", "image", "--weights", "1,2"], "--weights"],
    [() => ["tune", single, "--weights", "1,2"], "--weights"],
    [() => ["tune", data, "--dim", "4,4"], "each once"],
  ],
  "inspect of a bundle": [
    [() => ["inspect", bundle, "--user-column", "u"], "--user-column"],
    [() => ["inspect", bundle, "--users", "9"], "--users"],
  ],
  wire: [
    [() => ["wire", "mmrec:VBPR", bundle, "--into", root, "--modalities", "foo=image"], "foo"],
    [() => ["wire", "mmrec:GRCN", bundle, "--into", root, "--modalities", "foo=image"], "foo"],
    [() => ["wire", "mmrec:GRCN", bundle, "--into", root, "--modalities", "text=smell"], "smell"],
    [() => ["wire", "mmrec:GRCN", bundle, "--into", root, "--latent", "-1.5"], "latent"],
    [() => ["wire", "mmrec:BPR", bundle, "--into", root, "--latent", "64"], "latent"],
    [() => ["wire", "lightfm", bundle, "--into", root, "--dataset", "toy"], "--dataset"],
  ],
};

describe("An option that would change nothing is refused, and nothing is written,", () => {
  for (const [kind, list] of Object.entries(cases)) {
    it(`by ${kind}`, async () => {
      const before = treeHashes(root);
      for (const [args, part] of list) {
        const { status, stderr } = await ended(args());
        expect(status, `${args().join(" ")}\n${stderr}`).toBe(2);
        expect(stderr).toContain(part);
      }
      expect(treeHashes(root)).toEqual(before);
    });
  }

  it("in a config file too, except for the keys that tune writes into every one", async () => {
    const config = join(root, "evaluate.json");
    writeFileSync(config, JSON.stringify({ lambda: 0 }));
    const given = await ended(evaluate("--bundle", bundle, "--config", config));
    expect(given.status).toBe(2);
    expect(given.stderr).toContain("key lambda of the config file");
    writeFileSync(
      config,
      JSON.stringify({ lambda: 0, normalization: "sym", clusters: 4, preset: "default" }),
    );
    const tuned = ["init", data, "--config", config, "--out", join(root, "tuned"), "--quiet"];
    expect(await ended(tuned)).toEqual({ status: 0, stderr: "" });
  });
});

it("A column that the header names twice is refused", async () => {
  const features = { image: wave(3, 4, 1) };
  const folder = writeDataset(root, "twice", { rows: [], features });
  writeFileSync(
    join(folder, "data.inter"),
    interText([[0, 1, 2, 0].map(String) as never], "userID\tuserID\titemID\tx_label"),
  );
  const { status, stderr } = await ended(["inspect", folder]);
  expect(status).toBe(1);
  expect(stderr).toContain("columns 1, 2");
});

it("Options --all-train and --ids raw read tables without splits and with any text as IDs", async () => {
  const features = { image: wave(3, 4, 1) };
  const folder = writeDataset(root, "raw", { rows: [], features });
  const rows = [
    ["ann", "tea"],
    ["bob", "oil"],
    ["ann", "oil"],
  ].map((row) => row.join("\t"));
  writeFileSync(join(folder, "data.inter"), `${["userID\titemID", ...rows].join("\n")}\n`);
  writeFileSync(join(folder, "item_ids.txt"), "oil\nrice\ntea\n");
  const made = ["init", folder, "--out", join(root, "raw-bundle"), "--clusters", "2", "--quiet"];
  expect((await ended(made)).status).toBe(1);
  expect((await ended([...made, "--all-train"])).status).toBe(1);
  expect(await ended([...made, "--all-train", "--ids", "raw"])).toEqual({ status: 0, stderr: "" });
  const hashes = treeHashes(join(root, "raw-bundle"));
  expect(Object.keys(hashes)).toEqual(expect.arrayContaining(["user_ids.txt", "item_ids.txt"]));
});
