import {
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { readBundle, readMmrecDataset } from "@wellbegun/adapters/node";
import { cpu, createTable, fit, readInitializer, type Table } from "@wellbegun/core";
import { permutedTables, permuteRows, rowPermutation, splitOf, zeroShot } from "@wellbegun/evaluation";
import { lightgcn, train } from "@wellbegun/train";
import { beforeAll, expect, it } from "vitest";
import { run } from "../src/index.ts";
import { wellbegun, wellbegunJson } from "./support/cli.ts";
import { folderHashes, npyBytes, sharedFolder, temporaryFolder } from "./support/files.ts";

const root = sharedFolder();
const data = join(root, "data");
const start = join(root, "start");
const small = ["--backend", "cpu", "--dim", "8", "--batch", "256", "--lr", "0.01", "--k", "10"];
/** Without the baselines, which take longer than a model does here. */
const quick = [...small, "--baselines", "none"];

beforeAll(async () => {
  const shape = ["--users", "150", "--items", "60", "--interactions", "1500", "--modalities", "image=8"];
  expect(await run(["synth", "--out", data, ...shape, "--quiet"])).toBe(0);
  expect(await run(["init", data, "--out", start, "--dim", "8", "--backend", "cpu", "--quiet"])).toBe(0);
});

/** The tables of a bundle, as they are multiplied. */
async function tablesOf(folder: string): Promise<{ users: Table; items: Table }> {
  const bundle = await readBundle(folder);
  const table = async (name: string): Promise<Table> => {
    const { rows, columns, data: values } = await bundle.readTable(name);
    return createTable(values as Float32Array, rows, columns!);
  };
  return { users: await table("users"), items: await table("items") };
}

/** Recall of the users who have train interactions: a trained model knows nothing of the others. */
function recallOfKnown(groups: readonly { group: string; recall: number; users: number }[]): number {
  const known = groups.filter(({ group }) => group !== "0");
  const sum = (of: (one: (typeof known)[number]) => number) => known.reduce((all, one) => all + of(one), 0);
  return sum(({ recall, users }) => recall * users) / sum(({ users }) => users);
}

const manifestOf = (folder: string) => JSON.parse(readFileSync(join(folder, "manifest.json"), "utf8"));

it("train writes the vectors of the best validation epoch, with test metrics of these", async () => {
  const out = join(temporaryFolder(), "out");
  const result = await wellbegunJson(["train", data, "--out", out, "--epochs", "6", ...small]);
  const [only] = result.runs;
  const recalls = only.curve.map((record: { validation: { recall: number } }) => record.validation.recall);
  expect(recalls).toHaveLength(6);
  expect(only.bestEpoch).toBe(1 + recalls.indexOf(Math.max(...recalls)));
  const dataset = await readMmrecDataset(data);
  const { cuts } = await zeroShot(await tablesOf(out), splitOf(dataset, "test"), { k: [10], backend: cpu() });
  await dataset.close();
  expect(only.test.recall).toBeCloseTo(recallOfKnown(cuts[0]!.byDegree), 12);
  // What training measured in that epoch, by code of its own.
  expect(only.test.recall).toBeCloseTo(only.curve[only.bestEpoch - 1].test.recall, 12);
  expect(result.baselines.judged.map(({ name }: { name: string }) => name)).toEqual([
    "popularity",
    "item-kNN",
    "spectral",
    "EASE",
    "EASE with content",
  ]);
  for (const { test } of [...result.baselines.judged, only]) {
    expect(test.low).toBeLessThan(test.recall);
    expect(test.high).toBeGreaterThan(test.recall);
  }
  const { quality, controls } = manifestOf(out).diagnostics;
  expect(quality.test).toEqual(only.test);
  expect(controls.popularity).toMatchObject({ test: result.baselines.judged[0].test });
  // As evaluate permutes the rows of the same tables.
  const split = splitOf(await readMmrecDataset(data), "test");
  const permuted = await zeroShot(permutedTables(await tablesOf(out)), split, { k: [10], backend: cpu() });
  expect(controls.permuted.test.recall).toBeCloseTo(recallOfKnown(permuted.cuts[0]!.byDegree), 12);
  expect(only.controls).toEqual(controls);
  const lines = readFileSync(join(out, "curve.jsonl"), "utf8").trim().split("\n");
  expect(lines.map((line) => JSON.parse(line).validation.recall)).toEqual(recalls);
});

it("train writes an initializer that folds in new users, for a model that propagates and not for a control", async () => {
  const folder = temporaryFolder();
  const out = join(folder, "out");
  const args = ["--model", "lightgcn", "--epochs", "1", ...quick];
  await wellbegunJson(["train", data, "--out", out, ...args]);
  const initializer = readInitializer(readFileSync(join(out, "initializer.bin")));
  const { items } = await tablesOf(out);
  expect(initializer.items.data).toEqual(items.data);
  const { vector, used } = initializer.foldIn([3, 5]);
  expect(used).toBe(2);
  expect(vector.some((value) => value !== 0)).toBe(true);
  const { stdout } = await wellbegun(["inspect", out]);
  expect(stdout).toMatch(
    /recommender +trained lightgcn\n +start +random\n[\s\S]*Options[\s\S]*learningRate +0\.01/,
  );
  const control = join(folder, "control");
  await wellbegunJson(["train", data, "--out", control, ...args, "--start", start, "--control", "permuted"]);
  expect(existsSync(join(control, "initializer.bin"))).toBe(false);
});

it("evaluate and wire take a trained bundle like any other", async () => {
  const folder = temporaryFolder();
  const out = join(folder, "out");
  const [trained] = (
    await wellbegunJson(["train", data, "--out", out, "--model", "bpr", "--epochs", "2", ...quick])
  ).runs;
  const judged = await wellbegunJson([
    ..."evaluate --split test --k 10 --protocols zero-shot --backend cpu --bundle".split(" "),
    out,
    data,
  ]);
  const { zeroShot: cuts } = judged.contestants.find(({ name }: { name: string }) => name === "out");
  expect(recallOfKnown(cuts[0].byDegree)).toBeCloseTo(trained.test.recall, 12);
  const wired = await wellbegunJson(["wire", "mmrec:BPR", out, "--into", folder]);
  expect(wired).toMatchObject({ users: 150, items: 60, control: null });
});

it("A start from a bundle is the one that the SDK trains from, and its control has the rows permuted", async () => {
  const folder = temporaryFolder();
  const args = ["train", data, "--model", "lightgcn", "--epochs", "2", "--seed", "5", ...quick];
  const real = await wellbegunJson([...args, "--out", join(folder, "real"), "--start", start]);
  const given = ["--start", start, "--control", "permuted", "--start-tables", "users", "--start-scale", "2"];
  const control = await wellbegunJson([...args, "--out", join(folder, "control"), ...given]);
  const dataset = await readMmrecDataset(data);
  const { users, items } = await tablesOf(start);
  const common = {
    model: lightgcn(),
    epochs: 2,
    seed: 5,
    backend: cpu(),
    dimensions: 8,
    batchSize: 256,
    learningRate: 0.01,
    k: 10,
  };
  const expected = await train(dataset, { ...common, start: { users, items } });
  expect((await tablesOf(join(folder, "real"))).users.data).toEqual(expected.users.data);
  const permuted = createTable(permuteRows(users.data, 8, rowPermutation(150, 5, "users")), 150, 8);
  const expectedControl = await train(dataset, { ...common, start: { users: permuted, factor: 2 } });
  expect((await tablesOf(join(folder, "control"))).users.data).toEqual(expectedControl.users.data);
  await dataset.close();

  const { manifestSha256 } = await readBundle(start);
  expect(real.start).toEqual({
    from: "bundle",
    tables: "users+items",
    scale: 1,
    manifestSha256,
    control: null,
  });
  expect(control.start).toMatchObject({ tables: "users", scale: 2, control: "permuted" });
  expect(manifestOf(join(folder, "real")).start.manifestSha256).toBe(manifestSha256);
  expect(manifestOf(join(folder, "real")).control).toBeUndefined();
  expect(manifestOf(join(folder, "control")).control).toBe("permuted");
});

it("An option with a number for each modality is given by their names", async () => {
  const folder = temporaryFolder();
  const args = ["train", data, "--model", "freedom", "--epochs", "1", ...quick, "--model-options"];
  const own = await wellbegunJson([...args, "prepare=none,weights.image=0.5", "--out", join(folder, "own")]);
  expect(own.options.modelOptions).toMatchObject({ prepare: "none", weights: { image: 0.5 } });
  const other = await wellbegun([...args, "weights.sound=1", "--out", join(folder, "other")]);
  expect(other.stderr).toMatch(/a weight for each of image, found "sound" \(weights\)/);
  const plain = await wellbegun([...args, "weights=1", "--out", join(folder, "plain")]);
  expect(plain.stderr).toMatch(/an option of freedom: .*weights\.<modality>/);
});

it("A start from content is the fit of the same seed, and one from the spectrum trains as well", async () => {
  const folder = temporaryFolder();
  const args = ["train", data, "--model", "bpr", "--epochs", "1", ...quick];
  await wellbegunJson([...args, "--out", join(folder, "content"), "--start", "content"]);
  const dataset = await readMmrecDataset(data);
  const { users, items } = await fit(dataset, { dim: 8, seed: 999, backend: cpu() });
  const bundle = join(folder, "fit");
  await run(["init", data, "--out", bundle, "--dim", "8", "--seed", "999", "--backend", "cpu", "--quiet"]);
  await dataset.close();
  expect((await tablesOf(bundle)).users.data).toEqual(users.data);
  expect((await tablesOf(bundle)).items.data).toEqual(items.data);
  await wellbegunJson([...args, "--out", join(folder, "bundle"), "--start", bundle]);
  const tables = await Promise.all(["content", "bundle"].map((name) => tablesOf(join(folder, name))));
  expect(tables[0]!.users.data).toEqual(tables[1]!.users.data);
  const spectral = await wellbegunJson([...args, "--out", join(folder, "spectral"), "--start", "spectral"]);
  expect(spectral.start.from).toBe("spectral");
});

it("A start may be one modality of a bundle, and another trained model", async () => {
  const folder = temporaryFolder();
  const place = (name: string) => join(folder, name);
  const args = ["train", data, "--epochs", "1", ...quick];
  const image = ["--start-modality", "image"];
  await wellbegunJson([...args, "--model", "bpr", "--start", start, ...image, "--out", place("bundle")]);
  const content = await wellbegunJson(
    [...args, "--model", "bpr", "--start", "content", ...image].concat("--out", place("content")),
  );
  expect(content.start).toMatchObject({ from: "content", tables: "users", modality: "image" });
  const tables = await Promise.all(["bundle", "content"].map((name) => tablesOf(place(name))));
  expect(tables[0]!.users.data).toEqual(tables[1]!.users.data);
  const { stderr } = await wellbegun(
    [...args, "--start", start, "--start-modality", "sound"].concat("--out", place("none")),
  );
  expect(stderr).toMatch(/a modality with a user table: image, found sound \(option --start-modality\)/);
  await wellbegunJson([...args, "--model", "vbpr", "--out", place("vbpr")]);
  const again = await wellbegunJson(
    [...args, "--model", "vbpr", "--start", place("vbpr")].concat("--out", place("again")),
  );
  expect(again.start).toMatchObject({ from: "bundle", tables: "users+items" });
});

it("place puts new items into a trained bundle, as the model folds them in", async () => {
  const folder = temporaryFolder();
  const features = join(folder, "new");
  mkdirSync(features);
  const values = Float32Array.from({ length: 3 * 8 }, (_, at) => Math.sin(at * 12.9898));
  writeFileSync(join(features, "image_feat.npy"), npyBytes(values, [3, 8]));
  writeFileSync(join(features, "item_ids.txt"), "new-a\nnew-b\nnew-c\n");
  for (const model of ["alignrec", "freedom", "vbpr"]) {
    const out = join(folder, model);
    await wellbegunJson(["train", data, "--model", model, "--epochs", "1", "--out", out, ...quick]);
    const placed = join(folder, `placed-${model}`);
    const result = await wellbegunJson(["place", features, "--bundle", out, "--out", placed]);
    expect(result.placed).toBe(3);
    const bundle = await readBundle(placed);
    const items = await bundle.items();
    const initializer = readInitializer(readFileSync(join(out, "initializer.bin")));
    const { vector } = initializer.foldInItem({ image: values.subarray(8, 16) });
    expect(items.row("new-b")).toEqual(vector);
    expect(Math.hypot(...vector)).toBeGreaterThan(0);
  }
  const lightgcn = join(folder, "lightgcn");
  await wellbegunJson(["train", data, "--model", "lightgcn", "--epochs", "1", "--out", lightgcn, ...quick]);
  const refused = await wellbegun([
    "place",
    features,
    "--bundle",
    lightgcn,
    "--out",
    join(folder, "refused"),
  ]);
  expect(refused.status).toBe(1);
  expect(refused.stderr).toMatch(/places items by their content.*alignrec, freedom, vbpr/s);
});

it("With several seeds, train writes a bundle for each, and their mean and deviation", async () => {
  const folder = temporaryFolder();
  const out = join(folder, "out");
  const args = ["train", data, "--model", "bpr", "--epochs", "2", ...quick];
  const result = await wellbegunJson([...args, "--out", out, "--seeds", "2", "--seed", "3"]);
  expect(readdirSync(out).sort()).toEqual(["seed-3", "seed-4"]);
  await wellbegunJson([...args, "--out", join(folder, "alone"), "--seed", "4"]);
  expect(folderHashes(join(out, "seed-4"))).toEqual(folderHashes(join(folder, "alone")));
  const [a, b] = result.runs.map(({ test }: { test: { recall: number } }) => test.recall);
  expect(result.mean.test.recall.mean).toBeCloseTo((a + b) / 2, 12);
  expect(result.mean.test.recall.deviation).toBeCloseTo(Math.abs(a - b) / Math.SQRT2, 12);
  expect(readdirSync(folder).sort()).toEqual(["alone", "out"]);
});

it("Bundles of other seeds in the folder are refused, and removed with --force", async () => {
  const out = join(temporaryFolder(), "out");
  const args = ["train", data, "--model", "bpr", "--epochs", "1", ...quick, "--out", out, "--seeds"];
  await wellbegunJson([...args, "3"]);
  const refused = await wellbegun([...args, "2"]);
  expect(refused.status).toBe(2);
  expect(refused.stderr).toMatch(
    /seeds that are not among 999, 1000.*found one of an earlier run.*seed-1001/s,
  );
  writeFileSync(join(out, "seed-1001", "notes.txt"), "mine");
  await wellbegunJson([...args, "2", "--force"]);
  expect(readdirSync(out).sort()).toEqual(["seed-1000", "seed-1001", "seed-999"]);
  // What is no part of the bundle stays.
  expect(readdirSync(join(out, "seed-1001"))).toEqual(["notes.txt"]);
});

it("The time left counts the epochs of the seeds that follow", async () => {
  const out = join(temporaryFolder(), "out");
  const { stderr } = await wellbegun(
    ["train", data, "--model", "bpr", "--epochs", "2", ...quick].concat("--seeds", "2", "--out", out),
  );
  const lines = stderr.split("\n").filter((line) => /^seed \d+ {2}epoch/.test(line));
  expect(lines.map((line) => / left$/.test(line))).toEqual([true, true, true, false]);
});

it("Models that read no features train on a folder without any, to the same vectors", async () => {
  const folder = temporaryFolder();
  const bare = join(folder, "bare");
  mkdirSync(bare);
  copyFileSync(join(data, "data.inter"), join(bare, "bare.inter"));
  const args = ["--epochs", "2", ...quick];
  for (const model of ["bpr", "lightgcn"]) {
    const [without, beside] = [join(folder, `${model}-bare`), join(folder, model)];
    await wellbegunJson(["train", bare, "--model", model, "--out", without, ...args]);
    await wellbegunJson(["train", data, "--model", model, "--out", beside, ...args]);
    expect((await tablesOf(without)).users.data).toEqual((await tablesOf(beside)).users.data);
  }
  const { status, stderr } = await wellbegun([
    "train",
    bare,
    "--model",
    "vbpr",
    "--out",
    join(folder, "vbpr"),
  ]);
  expect(status).toBe(1);
  expect(stderr).toMatch(/features of at least one modality/);
});

it("train prints each epoch with its loss terms, recall and time left, and then the comparison", async () => {
  const out = join(temporaryFolder(), "out");
  const args = ["train", data, "--out", out, "--model", "freedom", "--epochs", "2", ...small];
  const { status, stdout, stderr } = await wellbegun(args);
  expect(status).toBe(0);
  expect(stderr).toMatch(
    /epoch 1\/2 {2}loss [\d.]+ \(bpr [\d.]+, content [\d.e-]+\) {2}validation recall@10 0\.\d{4} {2}[\d.]+ s, at most [\d.]+ s left\nepoch 2\/2/,
  );
  expect(stdout).toMatch(/Memory {2}about [\d.]+ kB of/);
  expect(stdout).toMatch(/popularity +0\.\d{4}/);
  expect(stdout).toMatch(/freedom( +0\.\d{4} +0\.\d{4} to 0\.\d{4} +0\.\d{4}){2}/);
});

it.each([
  ["no place for the bundle", [], /option --out/],
  [
    "too little memory",
    ["--out", "OUT", "--memory", "100K"],
    /at most 102 kB, as --memory says, found about 1\d\.\d MB/,
  ],
  [
    "a control without a start",
    ["--out", "OUT", "--control", "permuted"],
    /no --control with a random start/,
  ],
  [
    "an option that the model lacks",
    ["--out", "OUT", "--model-options", "depth=3"],
    /an option of alignrec: layers/,
  ],
  [
    "an option of the model that is given twice",
    ["--out", "OUT", "--model-options", "layers=1,layers=2"],
    /each name once, such as layers=3.*found "layers=1,layers=2"/,
  ],
  ["a value of another kind", ["--out", "OUT", "--model-options", "layers=two"], /a number/],
  ["a number of layers below 0", ["--out", "OUT", "--model-options", "layers=-1"], /a whole number >= 0/],
  [
    "modalities that stay unread",
    ["--out", "OUT", "--model", "bpr", "--modalities", "image"],
    /reads no features/,
  ],
  ["no epoch", ["--out", "OUT", "--epochs", "0"], /a whole number of epochs >= 1, found "0"/],
  ["half a run", ["--out", "OUT", "--seeds", "1.5"], /a whole number of runs/],
  ["too many runs", ["--out", "OUT", "--seeds", "100000000"], /from 1 to 1000.*found 100000000/],
  [
    "a start of another width",
    ["--out", "OUT", "--start", "START", "--dim", "12"],
    /12 columns, the width of the model/,
  ],
  [
    "a start that is too narrow",
    ["--out", "OUT", "--start", "START", "--dim", "16"],
    /16 columns, the width of the model, found 8/,
  ],
  [
    "a start of an unknown name",
    ["--out", "OUT", "--start", "contnet"],
    /random, content, spectral, or a bundle's folder, found "contnet" \(option --start\)/,
  ],
  ["half a seed", ["--out", "OUT", "--seed", "1.5"], /a whole number >= 0, found "1\.5" \(option --seed\)/],
  ["an output that is an input", ["--out", "START", "--start", "START"], /replaces no input/],
] as const)("%s ends train without a bundle", async (_, given, message) => {
  const out = join(temporaryFolder(), "out");
  const args = given.map((text) => (text === "OUT" ? out : text === "START" ? start : text));
  const { status, stderr } = await wellbegun(["train", data, "--epochs", "1", "--backend", "cpu", ...args]);
  expect(status).not.toBe(0);
  expect(stderr).toMatch(message);
  expect(existsSync(out)).toBe(false);
  expect(manifestOf(start).recommender).toBeUndefined();
});

it("train does not replace a folder with other files, and replaces an earlier bundle", async () => {
  const folder = temporaryFolder();
  const out = join(folder, "out");
  const args = ["train", data, "--out", out, "--model", "bpr", "--epochs", "1", ...quick];
  await wellbegunJson(args);
  await wellbegunJson(args);
  writeFileSync(join(out, "notes.txt"), "mine");
  const { status, stderr } = await wellbegun(args);
  expect(status).not.toBe(0);
  expect(stderr).toMatch(/other files \(notes.txt\)/);
  const { stderr: inside } = await wellbegun([...args, "--seeds", "2"]);
  expect(inside).toMatch(/a folder for a bundle of each seed/);
});

it("Held-out rows that no list can contain are refused as validation rows, and named as test rows", async () => {
  const folder = temporaryFolder();
  const lines = readFileSync(join(data, "data.inter"), "utf8").trim().split("\n");
  const repeated = lines.filter((line) => line.endsWith("\t0")).slice(0, 20);
  for (const [split, label] of [
    ["validation", "1"],
    ["test", "2"],
  ] as const) {
    const own = join(folder, split);
    mkdirSync(own);
    const others = lines.filter((line) => !line.endsWith(`\t${label}`));
    const rows = [...others, ...repeated.map((line) => `${line.slice(0, -1)}${label}`)];
    writeFileSync(join(own, `${split}.inter`), `${rows.join("\n")}\n`);
  }
  const args = (name: string) =>
    ["train", join(folder, name), "--model", "bpr", "--epochs", "1", ...quick].concat(
      "--out",
      join(folder, "out"),
    );
  const refused = await wellbegun(args("validation"));
  expect(refused.status).toBe(1);
  expect(refused.stderr).toMatch(/validation interactions that are not in train.*none among 20/);
  expect(existsSync(join(folder, "out"))).toBe(false);
  const { runs, notes } = await wellbegunJson(args("test"));
  expect(runs[0].test).toBeNull();
  expect(notes).toEqual([expect.stringMatching(/^20 test rows: none is judged/)]);
});

it("A start that was computed from other train rows is refused unless --other-data allows it", async () => {
  const folder = temporaryFolder();
  const resplit = join(folder, "resplit");
  cpSync(data, resplit, { recursive: true });
  const table = join(resplit, readdirSync(resplit).find((name) => name.endsWith(".inter"))!);
  // Every sixth train row becomes a validation row, and the old validation rows become train rows.
  const moved = readFileSync(table, "utf8")
    .split("\n")
    .map((line, row) => {
      if (line.endsWith("\t1")) return `${line.slice(0, -1)}0`;
      return line.endsWith("\t0") && row % 6 === 0 ? `${line.slice(0, -1)}1` : line;
    });
  writeFileSync(table, moved.join("\n"));
  const args = ["train", resplit, "--model", "bpr", "--epochs", "1", ...quick, "--start", start];
  const refused = await wellbegun([...args, "--out", join(folder, "out")]);
  expect(refused.status).not.toBe(0);
  expect(refused.stderr).toMatch(/comparing a bundle with a dataset.*train/i);
  expect(existsSync(join(folder, "out"))).toBe(false);
  const meant = await wellbegunJson([...args, "--out", join(folder, "out"), "--other-data"]);
  expect(meant.start.from).toBe("bundle");
});
