/**
 * Runs what takes minutes and rarely breaks, at its whole size; `npm test` and CI run a small form of each.
 *
 *     npm run nightly
 *
 * It needs the peers of `.ci/run`: Spark, Chromium, Dawn and TensorFlow.js. With CI=true an absent one is a failure.
 */

import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { root } from "./workspace.mjs";

const packages = [
  "@wellbegun/backend-tfjs",
  "@wellbegun/backend-webgpu",
  "@wellbegun/engine-spark",
  "wellbegun",
];
const result = spawnSync(
  process.execPath,
  [join(root, "tools/turbo.mjs"), "run", "test", ...packages.map((name) => `--filter=${name}`)],
  { stdio: "inherit", env: { ...process.env, WELLBEGUN_NIGHTLY: "1", WELLBEGUN_KILLS: "100" } },
);
if (result.error !== undefined) throw result.error;
process.exitCode = result.status ?? 1;
