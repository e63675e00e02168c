/** The conditions of a measurement besides the code: machine, versions, date, command line. */

import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { cpus, loadavg, platform, release, totalmem } from "node:os";
import { root } from "./checkout.mjs";

/**
 * @typedef {object} Surroundings
 * @property {string} date
 * @property {string} command
 * @property {string} commit short hash, with "+" where files differ from it
 * @property {{ system: string, cpu: string, cores: number, memoryBytes: number, load: number }} machine
 * @property {Record<string, string>} versions
 */

/**
 * Describes this machine and process.
 * @returns {Surroundings}
 */
export function surroundings() {
  const [script = "", ...rest] = process.argv.slice(1);
  return {
    date: new Date().toISOString(),
    command: ["node", script.replace(/.*\/(?=bench\/)/, ""), ...rest].join(" "),
    commit: commit(),
    machine: {
      system: `${platform()} ${release()}`,
      cpu: cpus()[0]?.model ?? "unknown",
      cores: cpus().length,
      memoryBytes: totalmem(),
      load: loadavg()[0] ?? 0,
    },
    versions: { node: process.versions.node, v8: process.versions.v8, wellbegun: packageVersion() },
  };
}

/**
 * The lines that stand above every table.
 * @param {Surroundings} where
 */
export function surroundingsText({ date, command, commit, machine, versions }) {
  const names = Object.entries(versions).map(([name, version]) => `${name} ${version}`);
  const memory = (machine.memoryBytes / 2 ** 30).toFixed(0);
  return [
    `- ${date}, commit ${commit}`,
    `- \`${command}\``,
    `- ${machine.cpu}, ${machine.cores} cores, ${memory} GiB, ${machine.system}; load at the start ${machine.load.toFixed(1)}`,
    `- ${names.join(", ")}`,
  ].join("\n");
}

function commit() {
  try {
    const git = (/** @type {string[]} */ ...args) =>
      execFileSync("git", args, { cwd: root, encoding: "utf8", stdio: "pipe" }).trim();
    return git("rev-parse", "--short", "HEAD") + (git("status", "--porcelain") === "" ? "" : "+");
  } catch {
    // A downloaded archive has no history; the version still says what was measured.
    return "unknown";
  }
}

function packageVersion() {
  const file = new URL("../../packages/core/package.json", import.meta.url);
  return String(JSON.parse(readFileSync(file, "utf8")).version);
}
