import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { wellbegun, wellbegunJson } from "./support/cli.ts";
import {
  interText,
  type Row,
  smallDataset,
  temporaryFolder,
  treeHashes,
  writeDataset,
} from "./support/files.ts";

const clusters = ["--clusters", "2"];

/** The small dataset with some rows more, in a folder of its own. */
function dataset(more: readonly Row[] = []): { folder: string; data: string; out: string } {
  const folder = temporaryFolder();
  const small = smallDataset();
  const data = writeDataset(folder, "data", { ...small, rows: [...small.rows, ...more] });
  return { folder, data, out: join(folder, "out") };
}

it.each(["init", "tune", "evaluate", "inspect"])(
  "%s says that IDs around a billion are not row numbers",
  async (command) => {
    const { folder, data } = dataset();
    const rows: Row[] = [
      [7, 0, 0],
      [7, 1, 1],
      [8, 2, 0],
      [1234567890, 3, 0],
    ];
    writeFileSync(join(data, "data.inter"), interText(rows));
    const before = treeHashes(folder);
    const { status, stderr } = await wellbegun(
      [command, data, ...(command === "init" ? ["--out", "out"] : [])],
      { cwd: folder },
    );
    expect(status).toBe(1);
    expect(stderr).toContain("3 users");
    expect(stderr).toContain("1,234,567,890");
    expect(stderr).toMatch(/[Rr]enumber/);
    expect(stderr).not.toContain("    at ");
    expect(treeHashes(folder)).toEqual(before);
  },
);

it("A number of users beyond all bounds is refused as an option, not as an internal error", async () => {
  const { data, out } = dataset();
  for (const users of ["1e12", "1.5", "-1", "1e999"]) {
    const run = await wellbegun(["init", data, "--out", out, `--users=${users}`]);
    expect(run.status, run.stderr).toBe(2);
    expect(run.stderr).not.toContain("    at ");
  }
  const many = await wellbegun(["evaluate", data, "--user-count", "1e12"]);
  expect(many.status, many.stderr).toBe(2);
});

it("A config file may begin with a byte order mark", async () => {
  const { folder, data, out } = dataset();
  const config = join(folder, "settings.json");
  writeFileSync(config, `\uFEFF${JSON.stringify({ clusters: 2, dim: 4 })}`);
  expect((await wellbegunJson(["init", data, "--out", out, "--config", config])).options.dim).toBe(4);
});

it("The help of tune names the file of trials that is written", async () => {
  const { stdout } = await wellbegun(["tune", "--help"]);
  expect(stdout).not.toContain("<out>.trials");
  expect(stdout).toContain("tune.trials.jsonl");
});

it("The times of evaluate have stages as keys", async () => {
  const { data } = dataset();
  const { times } = await wellbegunJson(["evaluate", data, ...clusters]);
  const stages = [
    "load",
    "prepare",
    "cluster",
    "combine",
    "project",
    "aggregate",
    "scale",
    "evaluate",
    "export",
  ];
  expect(Object.keys(times).filter((key) => !stages.includes(key))).toEqual([]);
  for (const stage of ["load", "cluster", "evaluate"]) expect(times[stage]).toBeGreaterThan(0);
});

it("The manifest names the version of every package that made the bundle", async () => {
  const { data, out } = dataset();
  await wellbegunJson(["init", data, "--out", out, ...clusters]);
  const { packages } = JSON.parse(readFileSync(join(out, "manifest.json"), "utf8"));
  for (const name of ["core", "adapters"]) {
    const file = new URL(`../../${name}/package.json`, import.meta.url);
    expect(packages[`@wellbegun/${name}`]).toBe(JSON.parse(readFileSync(file, "utf8")).version);
  }
  expect(Object.values(packages)).not.toContain("unknown");
});

it("inspect takes a dataset with another program's manifest.json for a dataset", async () => {
  const { data, out } = dataset();
  for (const manifest of ['{"name": "a web application"}', "no JSON"]) {
    writeFileSync(join(data, "manifest.json"), manifest);
    expect((await wellbegunJson(["inspect", data])).kind).toBe("dataset");
  }
  await wellbegunJson(["init", data, "--out", out, ...clusters]);
  expect((await wellbegunJson(["inspect", out])).kind).toBe("bundle");
});

it("Every command that reads a dataset reports held-out rows that are train rows, and files that it ignored", async () => {
  const { folder, data, out } = dataset([
    [0, 0, 1],
    [1, 1, 1],
    [0, 0, 2],
  ]);
  writeFileSync(join(data, "text_feat.npz"), "");
  const found = await wellbegunJson(["inspect", data]);
  expect(found.overlap).toEqual({ validation: 2, test: 1 });
  for (const args of [
    ["init", data, "--out", out, ...clusters],
    ["inspect", data],
    ["evaluate", data, ...clusters],
  ]) {
    const { stdout, status } = await wellbegun(args, { cwd: folder });
    expect(status).toBe(0);
    expect(stdout).toContain("2 validation rows are train rows too");
    expect(stdout).toContain("1 test row is a train row too");
    expect(stdout).toContain("text_feat.npz");
  }
});
