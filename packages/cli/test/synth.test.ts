import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { wellbegun, wellbegunJson } from "./support/cli.ts";
import { folderHashes, readNpy, temporaryFolder } from "./support/files.ts";

const size = ["--users", "120", "--items", "50", "--interactions", "700", "--modalities", "image=7,sound=4"];

it("synth writes the dataset that it describes, in MMRec's layout", async () => {
  const out = join(temporaryFolder(), "made");
  const result = await wellbegunJson(["synth", "--out", out, ...size]);
  expect(readdirSync(out).sort()).toEqual([
    "image_feat.npy",
    "made.inter",
    "sound_feat.npy",
    "synthetic.json",
  ]);
  const [header, ...lines] = readFileSync(join(out, "made.inter"), "utf8").trimEnd().split("\n");
  expect(header).toBe("userID\titemID\tx_label");
  const labels = lines.map((line) => line.split("\t")[2]);
  for (const [label, split] of ["train", "validation", "test"].entries()) {
    expect(result.interactions[split]).toBe(labels.filter((found) => found === `${label}`).length);
  }
  expect(result.interactions.train).toBe(700);
  expect(new Set(lines.map((line) => line.split("\t")[0])).size).toBe(120);
  expect(readNpy(join(out, "image_feat.npy")).shape).toEqual([50, 7]);
  expect(readNpy(join(out, "sound_feat.npy")).data.every(Number.isFinite)).toBe(true);
  expect(JSON.parse(readFileSync(join(out, "synthetic.json"), "utf8")).synthetic).toBe(true);
  const { status, stdout } = await wellbegun(["synth", "--out", out, ...size]);
  expect(status).toBe(0);
  expect(stdout).toContain("Synthetic dataset");
});

it("synth writes the same dataset for the same seed, and another for another seed", async () => {
  const folder = temporaryFolder();
  const made: Record<string, string>[] = [];
  for (const [parent, seed] of [
    ["a", "1"],
    ["b", "1"],
    ["c", "2"],
  ] as const) {
    const out = join(folder, parent, "made");
    await wellbegunJson(["synth", "--out", out, ...size, "--seed", seed]);
    made.push(folderHashes(out));
  }
  expect(made[1]).toEqual(made[0]);
  expect(made[2]!["made.inter"]).not.toBe(made[0]!["made.inter"]);
  expect(made[2]!["image_feat.npy"]).not.toBe(made[0]!["image_feat.npy"]);
});

it("synth takes a known dataset's sizes, and the given differences from them", async () => {
  const folder = temporaryFolder();
  const modalities = ["--modalities", "image=3"];
  const whole = await wellbegunJson([
    "synth",
    "--out",
    join(folder, "a"),
    "--preset",
    "tiktok",
    ...modalities,
  ]);
  expect(whole).toMatchObject({ users: 9308, items: 6710, interactions: { train: 59541 } });
  const fewer = ["--preset", "tiktok", "--users", "200", ...modalities];
  const part = await wellbegunJson(["synth", "--out", join(folder, "b"), ...fewer]);
  expect(part).toMatchObject({ users: 200, items: 6710 });
});

it("synth replaces its own earlier output, and nothing else without --force", async () => {
  const folder = temporaryFolder();
  const out = join(folder, "made");
  await wellbegunJson(["synth", "--out", out, ...size]);
  const before = folderHashes(out);
  await wellbegunJson(["synth", "--out", out, ...size, "--modalities", "text=3"]);
  expect(existsSync(join(out, "image_feat.npy"))).toBe(false);
  writeFileSync(join(out, "notes.txt"), "mine");
  const args = ["synth", "--out", out, ...size];
  const refused = await wellbegun(args);
  expect(refused.status).toBe(2);
  expect(refused.stderr).toContain("notes.txt");
  expect(await wellbegun([...args, "--force"])).toMatchObject({ status: 0 });
  expect(folderHashes(out)).toEqual(before);
});

it.each([
  [["--users", "0"], "users"],
  [["--users", "1.5"], "users"],
  [["--modalities", "image"], "option --modalities"],
  [["--modalities", "../image=3"], "modalities[0].name"],
  [["--preset", "movielens"], "option --preset"],
  [["--users", "2", "--items", "2", "--interactions", "100"], "interactions"],
])("synth refuses %j", async (flags, place) => {
  const folder = temporaryFolder();
  const { status, stderr } = await wellbegun(["synth", "--out", join(folder, "made"), ...flags]);
  expect(status).toBe(2);
  expect(stderr).toContain(place);
  expect(readdirSync(folder)).toEqual([]);
});

it("synth leaves nothing when the disk is full", async () => {
  const folder = temporaryFolder();
  const out = join(folder, "made");
  const args = ["synth", "--out", out, "--users", "100", "--items", "500", "--modalities", "image=64"];
  const { status, stderr } = await wellbegun(args, { largestFileKiB: 64 });
  expect(status).toBe(1);
  expect(stderr).toContain(join(out, "image_feat.npy"));
  expect(readdirSync(folder)).toEqual([]);
});
