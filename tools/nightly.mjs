/**
 * Runs what takes minutes and rarely breaks: some packages' tests at their whole size, of which `npm test` and CI run a small form,
 * and all tests on the newest Node of packages/runtimes.
 *
 *     npm run nightly
 *
 * It needs the peers of `.ci/run`: Spark, Chromium, Dawn, TensorFlow.js and the runtimes. With CI=true an absent one is a failure.
 */

import { spawnSync } from "node:child_process";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { findInstalled } from "../packages/runtimes/runtimes/installed.mjs";
import { root, workspacePackages } from "./workspace.mjs";

const whole = [
  "@wellbegun/backend-tfjs",
  "@wellbegun/backend-webgpu",
  "@wellbegun/engine-spark",
  "wellbegun",
];
const failed = [];

const filters = whole.map((name) => `--filter=${name}`);
const size = { WELLBEGUN_NIGHTLY: "1", WELLBEGUN_KILLS: "100" };
if (!run(process.execPath, [join(root, "tools/turbo.mjs"), "run", "test", ...filters], root, size)) {
  failed.push("the tests at their whole size");
}

const node = findInstalled("node26");
if ("command" in node) {
  const manifest = createRequire(import.meta.url).resolve("vitest/package.json");
  const vitest = join(dirname(manifest), "vitest.mjs");
  for (const { name, folder, manifest } of workspacePackages()) {
    if (manifest.scripts?.test === undefined) continue;
    console.log(`\n${name} on Node 26`);
    if (!run(node.command, [vitest, "run"], folder, {})) failed.push(`${name} on Node 26`);
  }
} else {
  console.log(`The tests on Node 26: ${node.absent}`);
  if (process.env.CI === "true") failed.push("the tests on Node 26, which is absent");
}

for (const what of failed) console.error(`failed: ${what}`);
process.exitCode = failed.length === 0 ? 0 : 1;

/**
 * @param {string} command
 * @param {readonly string[]} args
 * @param {string} cwd
 * @param {Readonly<Record<string, string>>} env
 */
function run(command, args, cwd, env) {
  const { error, status } = spawnSync(command, args, {
    cwd,
    stdio: "inherit",
    env: { ...process.env, ...env },
  });
  if (error !== undefined) throw error;
  return status === 0;
}
