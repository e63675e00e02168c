/**
 * Helpers that all tools share: the workspace's root, its packages, running commands and reporting failures.
 */

import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync, realpathSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/**
 * @typedef {object} Manifest The fields of a package.json that the tools read.
 * @property {string} name
 * @property {string} version
 * @property {boolean} [private]
 * @property {string} [license]
 * @property {string} [type]
 * @property {boolean} [sideEffects]
 * @property {string[]} [files]
 * @property {Record<string, string>} [engines]
 * @property {Record<string, string>} [bin]
 * @property {Record<string, string>} [scripts]
 * @property {Record<string, string | Record<string, string>>} [exports]
 * @property {Record<string, string>} [dependencies]
 * @property {Record<string, string>} [peerDependencies]
 */

/**
 * @typedef {object} Package
 * @property {string} name as published, "@wellbegun/core"
 * @property {string} path from the root, "packages/core"
 * @property {string} folder the absolute path
 * @property {Manifest} manifest
 */

/** The root of the repository, without a trailing separator. */
export const root = fileURLToPath(new URL("..", import.meta.url)).replace(/[\\/]$/, "");

/**
 * Every package below packages/, in alphabetical order of the folders.
 * @returns {Package[]}
 */
export function workspacePackages(base = root) {
  return readdirSync(join(base, "packages"), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => `packages/${entry.name}`)
    .sort()
    .map((path) => {
      const folder = join(base, path);
      const manifest = readJson(join(folder, "package.json"));
      return { name: manifest.name, path, folder, manifest };
    });
}

/**
 * All files below a folder whose names end in `ending`, sorted, as absolute paths; none if there is no folder.
 * @param {string} folder
 * @param {string} ending
 * @returns {string[]}
 */
export function filesBelow(folder, ending) {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { withFileTypes: true })
    .flatMap((entry) => {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) return filesBelow(path, ending);
      return entry.name.endsWith(ending) ? [path] : [];
    })
    .sort();
}

/** @param {string} file */
export function readJson(file) {
  try {
    return JSON.parse(readFileSync(file, "utf8"));
  } catch (cause) {
    throw new Error(`Reading ${file}: expected a JSON file, found: ${message(cause)}`, { cause });
  }
}

/**
 * Runs a command to its end and returns its standard output; throws with all of its output when it fails.
 * @param {string} command
 * @param {string[]} args
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv, input?: string }} [options]
 */
export function run(command, args, options = {}) {
  const result = spawnSync(command, args, {
    encoding: "utf8",
    maxBuffer: 64 * 1024 * 1024,
    // npm is a .cmd file on Windows, which only a shell starts.
    shell: process.platform === "win32",
    ...options,
  });
  if (result.error !== undefined || result.status !== 0) {
    const how = result.error?.message ?? `exit status ${result.status ?? result.signal}`;
    throw new Error(`${[command, ...args].join(" ")}: ${how}\n${result.stdout ?? ""}${result.stderr ?? ""}`);
  }
  return result.stdout;
}

/**
 * Prints what a check found and sets the exit status: the last line of every check.
 * @param {string} subject what was checked, with its size: "4 packages: imports"
 * @param {string[]} problems
 */
export function conclude(subject, problems) {
  if (problems.length === 0) {
    console.log(`ok  ${subject}`);
    return;
  }
  for (const problem of problems) console.error(`  ${problem.replaceAll("\n", "\n  ")}`);
  console.error(`FAILED  ${subject}: ${problems.length} problem${problems.length === 1 ? "" : "s"}`);
  process.exitCode = 1;
}

/** @param {unknown} error */
export function message(error) {
  return error instanceof Error ? error.message : String(error);
}

/**
 * Whether the file at `url` is the program that was started, and not imported by a test.
 * @param {string} url import.meta.url
 */
export function isMain(url) {
  return process.argv[1] !== undefined && fileURLToPath(url) === realpathSync(process.argv[1]);
}
