/** Runs an example as a reader's script under Deno and under Bun: one file, the repository's packages, no flag but reading. */

import { spawnSync } from "node:child_process";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { findInstalled } from "../runtimes/installed.mjs";

const root = fileURLToPath(new URL("../../..", import.meta.url));
const example = "examples/fold-in-a-new-user.mjs";
const flags = {
  deno: ["run", "--no-prompt", "--no-remote", "--node-modules-dir=manual", "--allow-read=."],
  bun: ["run", "--no-install"],
};

for (const name of /** @type {const} */ (["deno", "bun"])) {
  const found = findInstalled(name);
  if ("absent" in found) throw new Error(`${name}: ${found.absent}`);
  const { status, stdout, stderr } = spawnSync(found.command, [...flags[name], example], {
    cwd: root,
    encoding: "utf8",
  });
  console.log(`${name} ${flags[name].join(" ")} ${example}\n${stdout}${stderr}`);
  if (status !== 0 || !stdout.includes("folded in a new user from 3 clicks")) process.exitCode = 1;
}
