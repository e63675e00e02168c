/**
 * Installs the packed packages with the two package managers that give a package only what it declares, and runs the
 * program there: pnpm without hoisting, and Yarn with Plug'n'Play, whose patched file system lacks some of Node's. Both come from
 * npm. Expects a build.
 */

import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { packAll } from "./packed/pack.mjs";
import { conclude, message, run } from "./workspace.mjs";

/** @typedef {import("./packed/contents.mjs").Packed} Packed */

/**
 * @typedef {object} Manager
 * @property {string} name
 * @property {string} install what npm installs
 * @property {string} program the manager's own program, below node_modules
 * @property {(tarballs: Record<string, string>) => Record<string, object>} replace the fields of package.json that have
 * all packages come from their tarballs, also where they depend on each other
 * @property {Record<string, string>} files its settings, by file name
 * @property {string[]} installed arguments that install
 * @property {string[]} execute arguments that run a program of a dependency
 */

/** @type {Manager[]} */
const managers = [
  {
    name: "pnpm without hoisting",
    install: "pnpm@10",
    program: "pnpm/bin/pnpm.cjs",
    replace: (tarballs) => ({ pnpm: { overrides: tarballs } }),
    files: { ".npmrc": "hoist=false\nshamefully-hoist=false\nignore-scripts=true\n" },
    installed: ["install", "--no-frozen-lockfile"],
    execute: ["exec"],
  },
  {
    name: "Yarn PnP",
    install: "@yarnpkg/cli-dist@4",
    program: "@yarnpkg/cli-dist/bin/yarn.js",
    replace: (tarballs) => ({ resolutions: tarballs }),
    files: {
      ".yarnrc.yml":
        "nodeLinker: pnp\npnpFallbackMode: none\nenableGlobalCache: false\nenableScripts: false\nenableTelemetry: false\nenableImmutableInstalls: false\n",
      "yarn.lock": "",
    },
    installed: ["install"],
    execute: ["run"],
  },
];

/** Every command, so that each of the program's files and each library is loaded once, and each writer writes. */
const commands = [
  ["--version"],
  ["synth", "--out", "data", "--users", "60", "--items", "30", "--interactions", "500"],
  ["init", "data", "--out", "bundle", "--format", "npy,safetensors", "--memory", "64MB"],
  ["inspect", "bundle"],
  ["tune", "data", "--budget", "2", "--backend", "cpu"],
  ["evaluate", "data", "--bundle", "bundle", "--report", "report.html"],
  ["wire", "mmrec:BPR", "bundle", "--into", "."],
  ["doctor"],
];
const outputs = [
  "bundle/manifest.json",
  "tune.json",
  "report.html",
  "wellbegun-mmrec-bpr/wellbegun/__init__.py",
];

/** Yarn does not read npm's settings. */
function registry() {
  const url = run("npm", ["config", "get", "registry"]).trim();
  const { hostname, protocol } = new URL(url);
  const plain = protocol === "http:" ? { YARN_UNSAFE_HTTP_WHITELIST: hostname } : {};
  return { YARN_NPM_REGISTRY_SERVER: url.replace(/\/$/, ""), ...plain };
}

/**
 * @param {Manager} manager
 * @param {string} folder an empty folder
 * @param {Packed[]} packages
 * @returns {string[]}
 */
function problemsWith(manager, folder, packages) {
  const tools = join(folder, "tools");
  mkdirSync(tools);
  writeFileSync(join(tools, "package.json"), '{ "private": true }');
  const quiet = ["--no-audit", "--no-fund", "--ignore-scripts", "--no-package-lock"];
  run("npm", ["install", ...quiet, manager.install], { cwd: tools });
  const program = join(tools, "node_modules", manager.program);

  const consumer = join(folder, "consumer");
  mkdirSync(consumer);
  const tarballs = Object.fromEntries(packages.map(({ owner, tarball }) => [owner.name, `file:${tarball}`]));
  const manifest = {
    name: "consumer",
    version: "1.0.0",
    private: true,
    dependencies: { wellbegun: tarballs.wellbegun },
    ...manager.replace(tarballs),
  };
  writeFileSync(join(consumer, "package.json"), JSON.stringify(manifest, null, 2));
  for (const [name, text] of Object.entries(manager.files)) writeFileSync(join(consumer, name), text);
  const options = { cwd: consumer, env: { ...process.env, ...registry() } };
  try {
    run(process.execPath, [program, ...manager.installed], options);
  } catch (error) {
    return [`install: ${message(error)}`];
  }
  const problems = commands.flatMap((args) => {
    try {
      run(process.execPath, [program, ...manager.execute, "wellbegun", ...args], options);
      return [];
    } catch (error) {
      return [`wellbegun ${args.join(" ")}: ${message(error)}`];
    }
  });
  return [
    ...problems,
    ...outputs.filter((path) => !existsSync(join(consumer, path))).map((path) => `${path} was not written`),
  ];
}

const temporary = mkdtempSync(join(tmpdir(), "wellbegun-managers-"));
try {
  const packages = packAll(temporary);
  for (const manager of managers) {
    const folder = mkdtempSync(join(temporary, "manager-"));
    conclude(`${commands.length} commands under ${manager.name}`, problemsWith(manager, folder, packages));
  }
} finally {
  rmSync(temporary, { recursive: true, force: true });
}
