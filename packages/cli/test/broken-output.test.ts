import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { binary, wellbegun } from "./support/cli.ts";
import { smallDataset, temporaryFolder, writeDataset } from "./support/files.ts";

interface Ended {
  readonly status: number;
  readonly stderr: string;
}

/** Runs the program in a shell with its standard output turned as `redirect` says; the status is the program's own. */
function redirected(args: readonly string[], redirect: string): Ended {
  const command = `"$0" "$@" ${redirect}; exit "\${PIPESTATUS[0]}"`;
  const options = { encoding: "utf8", env: { ...process.env, NO_COLOR: "1" } } as const;
  const { status, stderr } = spawnSync("bash", ["-c", command, process.execPath, binary, ...args], options);
  return { status: status!, stderr };
}

const full = existsSync("/dev/full");
if (!full) console.warn("Left out: a full disk under the output; this system has no /dev/full.");

/** Waits until the reader has gone: a program that starts later than it writes into a closed pipe from the start. */
const closedPipe = "| true";
const clusters = ["--clusters", "2"];

it.each([[[]], [["--json"]]])(
  "A closed pipe ends no work: the bundle is whole and the status 0 (%j)",
  async (mode) => {
    const folder = temporaryFolder();
    const dataset = writeDataset(folder, "data", smallDataset());
    const out = join(folder, "out");
    const { status, stderr } = redirected(["init", dataset, "--out", out, ...clusters, ...mode], closedPipe);
    expect(status, stderr).toBe(0);
    expect(stderr).not.toContain("error");
    expect(await wellbegun(["inspect", out])).toMatchObject({ status: 0 });
  },
);

it("A closed pipe does not make a failing run succeed", () => {
  const folder = temporaryFolder();
  const dataset = writeDataset(folder, "data", smallDataset());
  const missing = ["evaluate", dataset, "--bundle", join(folder, "nowhere")];
  expect(redirected([...missing, "--json"], closedPipe)).toEqual({ status: 1, stderr: "" });
  const wrong = redirected(["init", dataset, "--out", join(folder, "out"), "--lambda", "7"], closedPipe);
  expect(wrong.status).toBe(2);
  expect(wrong.stderr).toContain("lambda");
});

it("A closed standard error changes nothing besides", () => {
  const folder = temporaryFolder();
  const dataset = writeDataset(folder, "data", smallDataset());
  const out = join(folder, "out");
  expect(redirected(["init", dataset, "--out", out, ...clusters], "2>&1 | true").status).toBe(0);
  expect(existsSync(join(out, "manifest.json"))).toBe(true);
  expect(redirected(["init", dataset, "--out", dataset], "2>&1 | true").status).toBe(2);
});

it.skipIf(!full && process.env.CI === undefined)(
  "A full disk under the output gives one line and status 1 after the work",
  () => {
    const folder = temporaryFolder();
    const dataset = writeDataset(folder, "data", smallDataset());
    const out = join(folder, "out");
    for (const mode of [["--quiet", "--help"], ["--json"]]) {
      const args = mode.includes("--help")
        ? ["init", "--help"]
        : ["init", dataset, "--out", out, ...clusters, ...mode];
      const { status, stderr } = redirected(args, "> /dev/full");
      expect(status).toBe(1);
      expect(stderr).toMatch(/^error: Printing the result: ENOSPC[^\n]*\n$/);
    }
    expect(existsSync(join(out, "manifest.json"))).toBe(true);
    const failing = redirected(["inspect", join(folder, "nowhere"), "--json"], "> /dev/full");
    expect(failing.status).toBe(1);
  },
);
