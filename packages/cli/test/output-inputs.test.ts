import { cpSync, existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { run } from "../src/index.ts";
import { wellbegun } from "./support/cli.ts";
import { sharedFolder, treeHashes } from "./support/files.ts";

const root = sharedFolder();
const clusters = ["--clusters", "2", "--dim", "4"];
const search = ["--budget", "2", "--clusters", "2", "--dim", "4", "--backend", "cpu"];

beforeAll(async () => {
  const made = join(root, "made");
  mkdirSync(made);
  const dataset = join(made, "data");
  const shape = ["--users", "60", "--items", "30", "--interactions", "500", "--modalities", "image=6"];
  expect(await run(["synth", "--out", dataset, ...shape, "--quiet"])).toBe(0);
  expect(await run(["init", dataset, "--out", join(made, "bundle"), ...clusters, "--quiet"])).toBe(0);
  expect(await run(["tune", dataset, "--out", join(made, "best.json"), ...search, "--quiet"])).toBe(0);
});

let cases = 0;
/** A folder of its own with a dataset, a bundle of it, and a search of it. */
function place(): string {
  const folder = join(root, `case-${cases++}`);
  cpSync(join(root, "made"), folder, { recursive: true });
  return folder;
}

/** Runs a command in the folder, which must refuse it naming all parts, and leave the folder as it is. */
async function expectRefused(folder: string, args: readonly string[], ...parts: string[]): Promise<void> {
  const before = treeHashes(folder);
  const { status, stderr, stdout } = await wellbegun(args, { cwd: folder });
  expect(status, `${args.join(" ")}\n${stdout}${stderr}`).toBe(2);
  for (const part of parts) expect(stderr).toContain(part);
  expect(treeHashes(folder)).toEqual(before);
}

describe("An output that is, holds or replaces an input is refused with and without --force", () => {
  const force = [[], ["--force"]];

  it("by init --out, for the dataset, a folder above it, and the folders of config and centroids", async () => {
    const folder = place();
    symlinkSync("data", join(folder, "link"));
    mkdirSync(join(folder, "settings"));
    writeFileSync(join(folder, "settings/init.json"), "{}");
    cpSync(join(folder, "bundle"), join(folder, "start"), { recursive: true });
    for (const [out, ...more] of [
      ["data"],
      ["./data/"],
      ["link/../data"],
      ["../", "--dim", "4"],
      ["settings", "--config", "settings/init.json"],
      ["start", "--centroids", "start"],
    ] as const) {
      for (const flags of [...force, ["--force", out]]) {
        const args = ["init", out === "../" ? "../data" : "data", "--out", out, ...more, ...flags];
        if (out !== "../") await expectRefused(folder, args, "input");
        else {
          const { status, stderr } = await wellbegun(args, { cwd: join(folder, "bundle") });
          expect(status, stderr).toBe(2);
          expect(existsSync(join(folder, "data/data.inter"))).toBe(true);
        }
      }
    }
  });

  it("by evaluate --report, for tables, features, bundle, config and named tables, also through links", async () => {
    const folder = place();
    writeFileSync(join(folder, "settings.json"), "{}");
    symlinkSync("data/data.inter", join(folder, "link.html"));
    const pair = ["--users", "bundle/users.npy", "--items", "bundle/items.npy"];
    for (const [report, ...more] of [
      ["data/data.inter"],
      ["data/image_feat.npy"],
      ["link.html"],
      ["bundle/manifest.json", "--bundle", "bundle"],
      ["bundle/users.npy", ...pair],
      ["settings.json", "--config", "settings.json"],
    ] as const) {
      await expectRefused(folder, ["evaluate", "data", "--report", report, ...more], report);
    }
  });

  it("by tune --out, for tables, features, and the file that --resume names", async () => {
    const folder = place();
    const trials = "best.trials.jsonl";
    for (const flags of force) {
      for (const out of ["data/data.inter", "data/image_feat.npy"])
        await expectRefused(folder, ["tune", "data", "--out", out, ...search, ...flags], out);
      await expectRefused(
        folder,
        ["tune", "data", "--out", trials, "--resume", trials, ...search, ...flags],
        trials,
      );
    }
    const table = "data/data.inter";
    await expectRefused(folder, ["tune", "data", "--out", table, "--force", table, ...search], "input");
  });

  it("by wire --into, where the artifact's folder is or holds the bundle", async () => {
    const folder = place();
    cpSync(join(folder, "bundle"), join(folder, "run/wellbegun-mmrec-bpr"), { recursive: true });
    cpSync(join(folder, "bundle"), join(folder, "deep/wellbegun-mmrec-bpr/bundle"), { recursive: true });
    for (const [into, bundle] of [
      ["run", "run/wellbegun-mmrec-bpr"],
      ["deep", "deep/wellbegun-mmrec-bpr/bundle"],
    ] as const) {
      for (const flags of [...force, ["--force", `${into}/wellbegun-mmrec-bpr`], ["--dry-run"]])
        await expectRefused(folder, ["wire", "mmrec:BPR", bundle, "--into", into, ...flags], "input");
    }
  });
});

describe("The output that --force replaces", () => {
  it("is an earlier output, and any other folder only when it is named a second time", async () => {
    const folder = place();
    mkdirSync(join(folder, "thesis"));
    writeFileSync(join(folder, "thesis/thesis.tex"), "years of work");
    cpSync(join(folder, "thesis"), join(folder, "draft"), { recursive: true });
    mkdirSync(join(folder, "run/wellbegun-mmrec-bpr"), { recursive: true });
    writeFileSync(join(folder, "run/wellbegun-mmrec-bpr/notes.txt"), "mine");
    writeFileSync(join(folder, "notes.json"), "my notes");
    for (const [out, ...args] of [
      ["thesis", "init", "data", "--out", "thesis", ...clusters],
      ["draft", "synth", "--out", "draft", "--users", "60", "--items", "30", "--interactions", "500"],
      ["run/wellbegun-mmrec-bpr", "wire", "mmrec:BPR", "bundle", "--into", "run"],
      ["notes.json", "tune", "data", "--out", "notes.json", ...search],
    ] as const) {
      await expectRefused(folder, args, out);
      await expectRefused(folder, [...args, "--force"], out);
      await expectRefused(folder, [...args, "--force", "data"], "--force", "once more");
      const again = await wellbegun([...args, "--force", `./${out}`], { cwd: folder });
      expect(again.status, again.stderr).toBe(0);
    }
    expect(existsSync(join(folder, "thesis/thesis.tex"))).toBe(false);
    expect(existsSync(join(folder, "run/wellbegun-mmrec-bpr/wire.json"))).toBe(true);
  });

  it("is never a device, a pipe, a link, or a file of another program in the report's place", async () => {
    const folder = place();
    writeFileSync(join(folder, "page.html"), "<!doctype html><title>mine</title>");
    symlinkSync("page.html", join(folder, "link.html"));
    for (const report of ["page.html", "link.html", "/dev/null", "bundle"])
      await expectRefused(folder, ["evaluate", "data", "--report", report], report);
    const report = ["evaluate", "data", "--report", "report.html", "--protocols", "zero-shot"];
    for (const _ of [1, 2])
      expect(await wellbegun([...report, ...clusters], { cwd: folder })).toMatchObject({ status: 0 });
    expect(readFileSync(join(folder, "report.html"), "utf8")).toContain("wellbegun");
  });

  it("is refused in either of the demo's two folders where it is not an earlier output", async () => {
    const folder = place();
    mkdirSync(join(folder, "demo/synthetic"), { recursive: true });
    writeFileSync(join(folder, "demo/synthetic/thesis.tex"), "years of work");
    await expectRefused(folder, ["demo", "--out", "demo", "--force"], "thesis.tex");
    expect(await wellbegun(["demo", "--out", "demo", "--force", "demo"], { cwd: folder })).toMatchObject({
      status: 0,
    });
  });

  it("is named in the hint where --force took the dataset for its folder", async () => {
    const folder = place();
    await expectRefused(folder, ["init", "--force", "data", "--out", "bundle"], "dataset", "--force");
  });
});
