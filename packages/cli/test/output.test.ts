import { readFileSync } from "node:fs";
import { join } from "node:path";
import { PassThrough } from "node:stream";
import { expect, it } from "vitest";
import { run } from "../src/index.ts";
import { wellbegun } from "./support/cli.ts";
import { smallDataset, temporaryFolder, writeDataset } from "./support/files.ts";

// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what must not be there.
const control = /[\x00-\x08\x0b-\x1f\x7f]/;

it("On a pipe, stages with their time go to standard error and results to standard output, as plain lines", async () => {
  const folder = temporaryFolder();
  const dataset = writeDataset(folder, "data", smallDataset());
  const { status, stdout, stderr } = await wellbegun([
    "init",
    dataset,
    "--out",
    join(folder, "out"),
    "--clusters",
    "2",
  ]);
  expect(status).toBe(0);
  expect(stdout + stderr).not.toMatch(control);
  for (const stage of ["load", "prepare audio", "prepare image", "cluster image", "aggregate", "export"]) {
    expect(stderr).toMatch(new RegExp(`^\\[[\\d.]+ s\\] ${stage}$`, "m"));
  }
  for (const line of [
    /users +8$/,
    /items +6$/,
    /interactions +24 train/,
    /audio +3$/,
    /image +5$/,
    /cluster +[\d.]+ s$/,
  ]) {
    expect(stdout.split("\n").some((found) => line.test(found))).toBe(true);
  }
  expect(stdout.split("\n").every((line) => line.length <= 80 || line.includes(folder))).toBe(true);
});

it("With --quiet nothing but errors is printed", async () => {
  const folder = temporaryFolder();
  const dataset = writeDataset(folder, "data", smallDataset());
  const args = ["init", dataset, "--out", join(folder, "out"), "--clusters", "2", "--quiet"];
  expect(await wellbegun(args)).toEqual({ status: 0, stdout: "", stderr: "" });
  const failed = await wellbegun(["init", join(folder, "nowhere"), "--out", join(folder, "out"), "--quiet"]);
  expect(failed).toMatchObject({ status: 1, stdout: "" });
  expect(failed.stderr).toContain("nowhere");
});

it("With --json exactly one JSON object is printed, for errors too", async () => {
  const folder = temporaryFolder();
  const dataset = writeDataset(folder, "data", smallDataset());
  const out = join(folder, "out");
  const done = await wellbegun(["init", dataset, "--out", out, "--clusters", "2", "--json"]);
  expect(done).toMatchObject({ status: 0, stderr: "" });
  const result = JSON.parse(done.stdout);
  expect(result).toMatchObject({ dataset, out, quality: null, report: { input: { users: 8, items: 6 } } });
  const manifest = JSON.parse(readFileSync(join(out, "manifest.json"), "utf8"));
  expect(result.report).toEqual(manifest.report);
  expect(result.options).toEqual(manifest.options);

  const errors: [readonly string[], number, string][] = [
    [["init", dataset, "--out", out, "--clusters", "99", "--lambda", "0.5"], 2, "invalid-option"],
    [["init", join(folder, "nowhere"), "--out", out], 1, "io"],
    [["init", dataset, "--out", out, "--nonsense"], 2, "invalid-option"],
    [["nonsense"], 2, "invalid-option"],
    [["init", dataset], 2, "invalid-option"],
    [["init", dataset, "--out", out, "--backend", "nothing"], 2, "invalid-option"],
  ];
  for (const [args, status, code] of errors) {
    const failed = await wellbegun([...args, "--json"]);
    expect(failed).toMatchObject({ status, stderr: "" });
    const { error } = JSON.parse(failed.stdout);
    expect(Object.keys(error)).toEqual(["code", "message", "at", "hint"]);
    expect(error.code).toBe(code);
  }
});

it("Help and version have status 0, and help that nobody asked for has status 2", async () => {
  const version = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8")).version;
  expect(await wellbegun(["--version"])).toEqual({ status: 0, stdout: `${version}\n`, stderr: "" });
  const { stdout: overview } = await wellbegun(["--help"]);
  const commands = [...overview.matchAll(/^ {2}([a-z]+) .*/gm)].map(([, name]) => name!);
  expect(commands.length).toBeGreaterThan(13);
  for (const command of commands.filter((name) => name !== "help")) {
    const { status, stdout } = await wellbegun([command, "--help"]);
    expect(status).toBe(0);
    if (command !== "play") expect(stdout).toContain("--json");
    expect(stdout.split("\n").filter((line) => line.length > 80)).toEqual([]);
  }
  expect(await wellbegun([])).toMatchObject({ status: 2, stdout: "" });
  const misspelt = await wellbegun(["init", "x", "--cluster", "2"]);
  expect(misspelt.status).toBe(2);
  expect(misspelt.stderr).toContain("--clusters");
});

/** A stream that says it is a terminal, and what was written to it. */
function terminal(): { stream: PassThrough & { isTTY: boolean }; text: () => string } {
  const stream = Object.assign(new PassThrough(), { isTTY: true });
  let text = "";
  stream.on("data", (chunk) => {
    text += chunk;
  });
  return { stream, text: () => text };
}

it("A terminal gets a live bar and colors, without colors under NO_COLOR, and without a bar under CI", async () => {
  const folder = temporaryFolder();
  const dataset = writeDataset(folder, "data", smallDataset());
  const show = async (env: Record<string, string>): Promise<{ out: string; err: string }> => {
    const [stdout, stderr] = [terminal(), terminal()];
    const args = ["init", dataset, "--out", join(folder, "out"), "--clusters", "2"];
    expect(await run(args, { stdout: stdout.stream, stderr: stderr.stream, env })).toBe(0);
    return { out: stdout.text(), err: stderr.text() };
  };
  const bold = "\u001b[1m";
  const plain = await show({});
  expect(plain.err).toContain("━");
  expect(plain.err.lastIndexOf("\u001b[?25h")).toBeGreaterThan(plain.err.lastIndexOf("\u001b[?25l"));
  expect(plain.out).toContain(bold);
  const uncolored = await show({ NO_COLOR: "1" });
  expect(uncolored.out).not.toMatch(control);
  const ci = await show({ CI: "true" });
  expect(ci.err).not.toContain("━");
  expect(ci.err).toContain("] load\n");
});
