import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it, onTestFinished } from "vitest";
import { tuneSections } from "../src/commands/tune/print.ts";
import { run } from "../src/index.ts";
import { wellbegun, wellbegunJson } from "./support/cli.ts";
import { temporaryFolder } from "./support/files.ts";

const shape = ["--users", "300", "--items", "120", "--interactions", "2500", "--quiet"];
// One thread, so that many small products do not wait for each other on a busy machine.
const quick = ["--budget", "8", "--clusters", "4", "--dim", "4,8", "--backend", "cpu"];
const source = mkdtempSync(join(tmpdir(), "wellbegun-tune-"));

beforeAll(async () => {
  expect(await run(["synth", "--out", join(source, "data"), ...shape])).toBe(0);
});

afterAll(() => rmSync(source, { recursive: true, force: true }));

/** A synthetic dataset as files, and where a search of it writes. */
async function prepared(): Promise<{ data: string; out: string; trials: string; folder: string }> {
  const folder = temporaryFolder();
  const data = join(folder, "data");
  cpSync(join(source, "data"), data, { recursive: true });
  return { folder, data, out: join(folder, "best.json"), trials: join(folder, "best.trials.jsonl") };
}

it("tune writes a config that init accepts, and that reaches the score again", async () => {
  const { folder, data, out, trials } = await prepared();
  const result = await wellbegunJson(["tune", data, "--out", out, ...quick]);
  expect(result.trials).toHaveLength(8);
  const lines = readFileSync(trials, "utf8")
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line));
  expect(lines.map(({ kind }) => kind)).toEqual(["search", ...new Array(lines.length - 1).fill("trial")]);
  expect(JSON.parse(readFileSync(out, "utf8"))).toEqual(result.config);
  const init = await wellbegunJson([
    "init",
    data,
    "--config",
    out,
    "--evaluate",
    "--out",
    join(folder, "bundle"),
  ]);
  const fused = init.quality.rows.find(({ name }: { name: string }) => name === "fused");
  expect(fused.recall).toBeCloseTo(result.best.score, 6);
});

it("tune never reads test rows: other test rows change nothing", async () => {
  const { data, out } = await prepared();
  const options = ["--force", "--out", out, ...quick];
  const before = await wellbegunJson(["tune", data, ...options]);
  const table = join(data, "data.inter");
  const rows = readFileSync(table, "utf8").trimEnd().split("\n");
  const train = new Set(rows.filter((row) => row.endsWith("\t0")).map((row) => row.slice(0, -2)));
  let poisoned = 0;
  const others = rows.map((row) => {
    if (!row.endsWith("\t2")) return row;
    poisoned++;
    // Every user's test item becomes one that it has in train: found at once by whoever looked.
    const user = row.split("\t")[0];
    return `${[...train].find((one) => one.startsWith(`${user}\t`)) ?? row.slice(0, -2)}\t2`;
  });
  expect(poisoned).toBeGreaterThan(50);
  writeFileSync(table, `${others.join("\n")}\n`);
  const after = await wellbegunJson(["tune", data, ...options]);
  const { totalTime: _, ...rest } = after;
  expect(before).toMatchObject(rest);
});

it("tune --resume continues a shorter search to the result of a longer one", async () => {
  const { folder, data, out, trials } = await prepared();
  const whole = await wellbegunJson(["tune", data, "--out", out, ...quick]);
  const text = readFileSync(trials, "utf8");
  const part = join(folder, "part.trials.jsonl");
  writeFileSync(part, text.slice(0, Math.floor(text.length / 2)));
  const again = ["tune", data, "--out", join(folder, "again.json"), "--resume", part, ...quick];
  const resumed = await wellbegunJson(again);
  expect(resumed.resumed).toBeGreaterThan(0);
  expect(resumed.best).toEqual(whole.best);
  expect(readFileSync(part, "utf8")).toBe(text);
});

it("An interrupted tune keeps the trials that it judged", async () => {
  const { data, out, trials } = await prepared();
  const stopped = await wellbegun(["tune", data, "--out", out, "--budget", "5000", "--backend", "cpu"], {
    onStart: (child) => {
      const watch = setInterval(() => {
        if (!existsSync(trials) || readFileSync(trials, "utf8").split("\n").length <= 4) return;
        clearInterval(watch);
        child.kill("SIGINT");
      }, 20);
      onTestFinished(() => clearInterval(watch));
    },
  });
  expect(stopped.status).toBe(130);
  expect(existsSync(out)).toBe(false);
  expect(readFileSync(trials, "utf8").endsWith("\n")).toBe(true);
});

it("tune prints what it found, and what that does not show", async () => {
  const { data, out } = await prepared();
  const { status, stdout } = await wellbegun([
    "tune",
    data,
    "--out",
    out,
    "--budget",
    "2",
    "--dim",
    "4",
    "--backend",
    "cpu",
  ]);
  expect(status).toBe(0);
  for (const part of ["Search", "Best", "Quality", "popularity", "its rows permuted", `--config ${out}`]) {
    expect(stdout).toContain(part);
  }
  expect(stdout).toMatch(/Nothing was better|not distinguishable|is better than the default/);
});

it("tune says how much of the gain its control has as well", async () => {
  const { data, out } = await prepared();
  const result = await wellbegunJson(["tune", data, "--out", out, ...quick]);
  const colors = { strong: String, faint: String, good: String, bad: String };
  const printed = (permuted: number, objective = "recall"): string => {
    const scores = { ...result.comparison.scores, best: 0.4, default: 0.2, permuted };
    const comparison = { ...result.comparison, scores };
    const found = {
      ...result,
      comparison,
      best: { ...result.best, trial: 5 },
      head: { ...result.head, objective },
    };
    return tuneSections(found, [data], colors).join("\n");
  };
  expect(printed(0.35)).toContain("Its rows permuted gain +0.1500 over the default, too");
  expect(printed(0.19)).not.toContain("Its rows permuted gain");
  expect(printed(0.35, "item-cf")).not.toContain("Its rows permuted gain");
});

it.each([
  [["--budget", "soon"], 2, "a time such as 60s"],
  [["--budget", "0"], 2, "a number of trials"],
  [["--objective", "ndcg"], 2, "recall, cold-items, item-cf"],
  [["--lambda", "2"], 2, "from 0 to 1"],
  [["--dim", "100000"], 2, "width of the features"],
  [["--resume", "nowhere.jsonl"], 1, "nowhere.jsonl"],
])("tune refuses %j", async (options, status, part) => {
  const { folder, data, out } = await prepared();
  const run = await wellbegun(["tune", data, "--out", out, ...options], { cwd: folder });
  expect(run.status, run.stderr).toBe(status);
  expect(run.stderr).toContain(part);
  expect(existsSync(out)).toBe(false);
});

it("tune replaces nothing without --force, and refuses another search's file", async () => {
  const { data, out, trials, folder } = await prepared();
  await wellbegunJson(["tune", data, "--out", out, ...quick]);
  const again = await wellbegun(["tune", data, "--out", out, ...quick]);
  expect(again.status).toBe(2);
  expect(again.stderr).toContain("--resume");
  const other = ["tune", data, "--out", join(folder, "o.json"), "--resume", trials, "--seed", "5", ...quick];
  const refused = await wellbegun(other);
  expect(refused.status).toBe(1);
  expect(refused.stderr).toContain("seed 5");
});
