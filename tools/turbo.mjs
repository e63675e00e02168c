/**
 * Starts turbo with telemetry and update notices off, whatever shell npm uses: turbo.json has no key for the
 * first, and `NAME=value command` is not portable.
 */

import { spawnSync } from "node:child_process";
import { createRequire } from "node:module";

const turbo = createRequire(import.meta.url).resolve("turbo/bin/turbo");
const quiet = { TURBO_TELEMETRY_DISABLED: "1", DO_NOT_TRACK: "1", TURBO_NO_UPDATE_NOTIFIER: "1" };
const result = spawnSync(process.execPath, [turbo, ...process.argv.slice(2)], {
  stdio: "inherit",
  env: { ...process.env, ...quiet },
});
if (result.error !== undefined) throw result.error;
process.exitCode = result.status ?? 1;
