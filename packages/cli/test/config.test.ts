import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { wellbegun, wellbegunJson } from "./support/cli.ts";
import { smallDataset, temporaryFolder, writeDataset } from "./support/files.ts";

/** A dataset, a config file with this content, and the arguments that use both. */
function prepared(content: unknown): { folder: string; args: string[]; config: string } {
  const folder = temporaryFolder();
  const dataset = writeDataset(folder, "data", smallDataset());
  const config = join(folder, "config.json");
  writeFileSync(config, typeof content === "string" ? content : JSON.stringify(content));
  return { folder, config, args: ["init", dataset, "--config", config] };
}

it("A config file may hold every kind of option", async () => {
  const { folder, args } = prepared({
    clusters: { audio: 2, image: 3 },
    lambda: 0.25,
    normalization: { audio: "sym", image: "mean" },
    weights: { image: 2 },
    modalities: ["image", "audio"],
    dim: 4,
    scale: "unit",
    initSize: 5,
    sampleSize: 6,
    perModality: false,
    evaluate: true,
    memory: "1GB",
  });
  const out = join(folder, "out");
  const result = await wellbegunJson([...args, "--out", out]);
  expect(result.options).toMatchObject({
    dim: 4,
    scale: "unit",
    initSize: 5,
    sampleSize: 6,
    modalities: ["image", "audio"],
    clusters: { image: 3, audio: 2 },
    lambda: { image: 0.25, audio: 0.25 },
    normalization: { image: "mean", audio: "sym" },
    weights: { image: 2, audio: 1 },
  });
  expect(Object.keys(result.report.tables).sort()).toEqual(["items", "users"]);
  expect(result.quality.split).toBe("validation");
});

it("The command line overrides the config file, in both directions of a switch", async () => {
  const { folder, args } = prepared({
    clusters: 2,
    dim: 4,
    evaluate: true,
    perModality: false,
    out: "elsewhere",
  });
  const out = join(folder, "out");
  const result = await wellbegunJson([
    ...args,
    "--out",
    out,
    "--dim",
    "3",
    "--no-evaluate",
    "--per-modality",
  ]);
  expect(result.out).toBe(out);
  expect(result.options).toMatchObject({ dim: 3, clusters: { audio: 2 } });
  expect(result.quality).toBeNull();
  expect(Object.keys(result.report.tables)).toContain("users.audio");
});

it("A config file may hold --out, --quiet and --json too", async () => {
  const quiet = prepared({ clusters: 2, quiet: true, out: "out" });
  const silent = await wellbegun(quiet.args, { cwd: quiet.folder });
  expect(silent).toEqual({ status: 0, stdout: "", stderr: "" });
  const json = prepared({ clusters: 2, json: true, out: "out" });
  const told = await wellbegun(json.args, { cwd: json.folder });
  expect(told).toMatchObject({ status: 0, stderr: "" });
  expect(JSON.parse(told.stdout).out).toBe("out");
});

it.each([
  [
    "an unknown key, naming the nearest",
    { lamda: 0.5 },
    2,
    ['"lamda"', "Did you mean lambda?", "config.json"],
  ],
  ["a key written as a flag", { "max-iterations": 3 }, 2, ["Did you mean maxIterations?"]],
  ["a number as text", { dim: "4" }, 2, ["a whole number", '"4"', "key dim"]],
  ["an unknown choice", { scale: "huge" }, 2, ["xavier", '"huge"', "key scale"]],
  ["a value that does not belong", { clusters: { image: null } }, 2, ["key clusters"]],
  ["a prototype's name as key", '{"__proto__": 1}', 2, ["__proto__"]],
  ["an array", [1, 2], 1, ["a JSON object", "config.json"]],
  ["no JSON", "dim = 4", 1, ["JSON", "config.json"]],
] as const)("A config file is refused with %s", async (_, content, status, says) => {
  const { folder, args } = prepared(content);
  const found = await wellbegun([...args, "--out", join(folder, "out")]);
  expect(found.status).toBe(status);
  for (const words of says) expect(found.stderr).toContain(words);
});

it("A missing config file is refused", async () => {
  const folder = temporaryFolder();
  const missing = join(folder, "missing.json");
  const { status, stderr } = await wellbegun(["init", folder, "--out", "out", "--config", missing]);
  expect(status).toBe(1);
  expect(stderr).toContain(missing);
});

it("A long or deeply nested value of a config file is refused by the name of its key, in a short message", async () => {
  for (const value of [`${"[".repeat(20_000)}${"]".repeat(20_000)}`, `[${"1,".repeat(20_000)}1]`]) {
    const { args } = prepared(`{"dim": ${value}}`);
    const { status, stderr } = await wellbegun(args);
    expect(status).toBe(2);
    expect(stderr).toMatch(/nested too deeply|… \(40,?\d{3} characters\)/);
    expect(stderr).toContain("key dim");
    expect(stderr.length).toBeLessThan(1000);
  }
});
