import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { root } from "../workspace.mjs";

const bench = join(root, "bench");
/** Commands that can start here: the others import peers as they are read. */
const commands = [...names(""), ...names("gpu")].filter(
  (name) =>
    !/from "\.\/lib\/duckdb\.mjs"|@wellbegun\/backend-webgpu/.test(readFileSync(join(bench, name), "utf8")),
);

/** @param {string} folder */
function names(folder) {
  return readdirSync(join(bench, folder))
    .filter((name) => name.endsWith(".mjs"))
    .map((name) => join(folder, name));
}

/**
 * @param {string} command
 * @param {string[]} args
 */
function run(command, ...args) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(bench, command), ...args], {
    encoding: "utf8",
  });
  return { status, stdout, lines: stderr.trimEnd().split("\n") };
}

const nowhere = ["--python", join(root, "no-python")];

describe("A benchmark", () => {
  it.each(commands)("refuses an option that it does not have, in one line: %s", (command) => {
    const { status, stdout, lines } = run(command, "--no-such-option");
    expect(lines).toEqual([expect.stringContaining("--no-such-option")]);
    expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
  });

  it.each([
    [["--repeats", "0"], '--repeats: expected a whole number of at least 1, found "0"'],
    [["--random", "20x3.5"], "--random: expected users x items, found 20x3.5"],
    [["--peers", "annoy"], "--peers: expected one of faiss, numpy, usearch"],
    [["no-dataset"], "no-dataset"],
  ])("says what is wrong with %j in one line", (args, message) => {
    const { status, lines } = run("rank.mjs", ...args, ...nowhere);
    expect(status).toBe(2);
    expect(lines.filter((line) => !line.startsWith("absent:"))).toEqual([expect.stringContaining(message)]);
  });

  it("names the peers that are absent, and how to install them, beside what our side took", () => {
    const shape = ["--random", "20x300", "--threads", "1", "--repeats", "1"];
    const { status, stdout } = run("rank.mjs", ...shape, ...nowhere);
    expect(status).toBe(0);
    for (const [peer, packages] of [
      ["faiss", "numpy faiss-cpu"],
      ["numpy", "numpy"],
      ["usearch", "numpy usearch"],
    ]) {
      expect(stdout).toMatch(new RegExp(`^- ${peer}: .*-m pip install ${packages}\`$`, "m"));
    }
    expect(stdout).toContain("| ours, wasm |");
  });

  it("of k-means does not start without FAISS, which sets the inertia", () => {
    const { status, lines } = run("kmeans.mjs", ...nowhere);
    expect(status).toBe(2);
    expect(lines).toEqual([expect.stringMatching(/expected faiss among them.*pip install .*faiss-cpu/)]);
  });
});
