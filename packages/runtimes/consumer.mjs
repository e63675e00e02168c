/** A user's folder: the packed packages and their peers, installed into an empty folder, and the program with its input. */

import { spawnSync } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { packAll } from "../../tools/packed/pack.mjs";

const packages = [
  "packages/core",
  "packages/adapters",
  "packages/synthetic",
  "packages/evaluation",
  "packages/train",
  "packages/conformance",
  "packages/backend-webgpu",
  "packages/backend-onnx",
  "packages/backend-tfjs",
];
// Of the program, what runs in the consumer's folder.
const parts = ["program.mjs", "datasets.mjs", "groups.mjs", "train.mjs", "backends", "entries"];
/** @param {string} path from this package */
const here = (path) => fileURLToPath(new URL(path, import.meta.url));

const addon = here("../../.peers/tfjs-node/node_modules/@tensorflow/tfjs-node");

/** Whether tfjs-node's addon was built, which no npm package brings: `npm run tfjs-node -w packages/backend-tfjs`. */
export function hasTfjsNode() {
  return existsSync(join(addon, "lib/napi-v8/tfjs_binding.node"));
}

/** The golden cases of the repository. */
export const goldenFolder = here("../../fixtures/golden");

/**
 * Packs, installs, and copies the program beside what was installed.
 * @param {string} folder an empty folder
 */
export function prepareConsumer(folder) {
  // The optional peers of the backends, at the versions that CI tests with.
  /** @type {{ dependencies: Record<string, string> }} */
  const { dependencies } = JSON.parse(readFileSync(here("../../tools/backend-peers.json"), "utf8"));
  for (const { owner, tarball } of packAll(folder)) {
    if (packages.includes(owner.path)) dependencies[owner.name] = `file:${tarball}`;
  }
  writeFileSync(
    join(folder, "package.json"),
    JSON.stringify({ private: true, type: "module", dependencies }, null, 2),
  );
  // No install script runs: those of onnxruntime-node would download CUDA.
  npm(["install", "--ignore-scripts", "--prefer-offline", "--no-audit", "--no-fund"], folder);

  if (hasTfjsNode()) symlinkSync(addon, join(folder, "node_modules/@tensorflow/tfjs-node"), "junction");

  for (const part of parts) {
    cpSync(here(part), join(folder, part), { recursive: true });
  }
  const golden = join(folder, "golden");
  mkdirSync(golden);
  cpSync(goldenFolder, golden, { recursive: true });
  // A page cannot list a folder.
  writeFileSync(join(golden, "cases.json"), JSON.stringify(goldenCases()));
}

/** Names of the golden cases. */
export function goldenCases() {
  const entries = readdirSync(goldenFolder, { withFileTypes: true });
  const cases = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
  if (cases.length === 0) throw new Error(`${goldenFolder}: expected golden cases, found none`);
  return cases;
}

/**
 * @param {string[]} args
 * @param {string} cwd
 */
function npm(args, cwd) {
  // npm is a .cmd file on Windows, which only a shell starts.
  const { status, stdout, stderr, error } = spawnSync("npm", args, {
    cwd,
    encoding: "utf8",
    shell: process.platform === "win32",
  });
  if (status === 0) return stdout;
  throw new Error(`npm ${args.join(" ")} in ${cwd}: ${error?.message ?? `${stdout}${stderr}`}`);
}
