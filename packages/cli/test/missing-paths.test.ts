/** Paths that lead nowhere or to another kind of folder: the message says what is there, in words. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { wellbegun } from "./support/cli.ts";
import { smallDataset, temporaryFolder, writeDataset } from "./support/files.ts";

it.each([
  [["inspect", "nosuch"]],
  [["play", "nosuch"]],
  [["embed", "nosuch.csv", "--text", "title", "--out", "out"]],
  [["embed", "nosuch.jsonl", "--text", "title", "--out", "out"]],
  [["init", "data", "--config", "nosuch.json", "--out", "out"]],
  [["collect", "nosuch", "--out", "out"]],
  [["init", "data", "--centroids", "nosuch", "--out", "out"]],
  [["tune", "data", "--resume", "nosuch.trials.jsonl"]],
  [["recommend", "data", "--users", "nosuch.jsonl", "--out", "out"]],
])("%j says that nothing is there", async (args) => {
  const cwd = temporaryFolder();
  writeDataset(cwd, "data", smallDataset());
  const { status, stderr } = await wellbegun(args, { cwd });
  expect(status).toBe(1);
  expect(stderr).toContain("found nothing there");
  expect(stderr).toContain("nosuch");
  expect(existsSync(join(cwd, "out"))).toBe(false);
});

it("collect of a dataset asks for a folder that plan wrote", async () => {
  const folder = temporaryFolder();
  const dataset = writeDataset(folder, "data", smallDataset());
  const { status, stderr } = await wellbegun(["collect", dataset, "--out", join(folder, "out")]);
  expect([status, stderr]).toEqual([1, expect.stringContaining("expected a folder that plan wrote")]);
});

it("inspect of a folder with a bundle for each seed names the first of them", async () => {
  const folder = temporaryFolder();
  const [dataset, out] = [writeDataset(folder, "data", smallDataset()), join(folder, "out")];
  const method = ["--model", "bpr", "--epochs", "1", "--dim", "4", "--backend", "cpu", "--baselines", "none"];
  const trained = await wellbegun(["train", dataset, "--out", out, "--seeds", "2", ...method]);
  expect(trained.status, trained.stderr).toBe(0);
  const { status, stderr } = await wellbegun(["inspect", out]);
  expect([status, stderr]).toEqual([1, expect.stringContaining(`inspect ${join(out, "seed-999")}`)]);
});

it("evaluate --split with a column names the option that takes columns", async () => {
  const { status, stderr } = await wellbegun(["evaluate", "data", "--split", "label:split"]);
  expect([status, stderr]).toEqual([2, expect.stringContaining("--split-by takes time:<column>")]);
});
