/** Installs Node 24 and 26, Deno and Bun from the npm registry into .runtimes, at the versions of runtimes/installed.mjs. */

import { spawnSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { folder, installed, packageOf } from "../runtimes/installed.mjs";

/** @type {Record<string, string>} */
const dependencies = {};
for (const [name, runtime] of Object.entries(installed)) {
  const carrier = packageOf(runtime);
  if (carrier === undefined) console.error(`${name}: no package for ${process.platform}-${process.arch}`);
  else dependencies[name] = `npm:${carrier}@${runtime.version}`;
}

mkdirSync(folder, { recursive: true });
// Its own package.json: npm must not take the folder for a part of the workspace around it.
writeFileSync(join(folder, "package.json"), JSON.stringify({ private: true, dependencies }, null, 2));
const { status } = spawnSync("npm", ["install", "--ignore-scripts", "--no-audit", "--no-fund"], {
  cwd: folder,
  stdio: "inherit",
  // npm is a .cmd file on Windows, which only a shell starts.
  shell: process.platform === "win32",
});
process.exitCode = status ?? 1;
