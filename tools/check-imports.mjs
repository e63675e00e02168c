/**
 * Holds the one-way import rule of docs/architecture.md: what a package's source may import, besides its own
 * files. Also rejects imports that no package.json declares, which resolve in the workspace but not in a user's
 * install, and import cycles.
 */

import { readFileSync } from "node:fs";
import { join, posix, relative, sep } from "node:path";
import { cycleProblems } from "./import-cycles.mjs";
import { conclude, filesBelow, isMain, workspacePackages } from "./workspace.mjs";

/**
 * @typedef {object} Rule
 * @property {string[] | "all"} workspace the workspace packages that may be imported
 * @property {"never" | "node-folder" | "always"} node where node: modules may be imported
 * @property {boolean} thirdParty whether declared packages from outside may be imported
 */

/** @type {Record<string, Rule>} */
const rules = {
  "packages/core": { workspace: [], node: "never", thirdParty: false },
  "packages/conformance": { workspace: ["@wellbegun/core"], node: "never", thirdParty: false },
  "packages/synthetic": { workspace: ["@wellbegun/core"], node: "never", thirdParty: false },
  "packages/evaluation": { workspace: ["@wellbegun/core"], node: "never", thirdParty: false },
  "packages/evaluation-report": {
    workspace: ["@wellbegun/core", "@wellbegun/evaluation"],
    node: "never",
    thirdParty: true,
  },
  "packages/tune": {
    workspace: ["@wellbegun/core", "@wellbegun/evaluation"],
    node: "never",
    thirdParty: false,
  },
  "packages/serving": {
    workspace: ["@wellbegun/core", "@wellbegun/evaluation"],
    node: "never",
    thirdParty: false,
  },
  "packages/train": {
    workspace: ["@wellbegun/core", "@wellbegun/evaluation"],
    node: "never",
    thirdParty: false,
  },
  "packages/adapters": { workspace: ["@wellbegun/core"], node: "node-folder", thirdParty: true },
  "packages/engine-duckdb": {
    workspace: ["@wellbegun/core", "@wellbegun/adapters"],
    node: "always",
    thirdParty: true,
  },
  "packages/engine-spark": {
    workspace: ["@wellbegun/core", "@wellbegun/adapters"],
    node: "always",
    thirdParty: false,
  },
  "packages/encoders": { workspace: ["@wellbegun/core"], node: "node-folder", thirdParty: true },
  // Vectors in the place of a model's table are planned and checked in adapters, whatever the model's format is.
  "packages/backend-onnx": {
    workspace: ["@wellbegun/core", "@wellbegun/adapters"],
    node: "node-folder",
    thirdParty: true,
  },
  "packages/playground": { workspace: "all", node: "never", thirdParty: true },
  "packages/cli": { workspace: "all", node: "always", thirdParty: true },
};
/** @type {Rule} */
const backendRule = { workspace: ["@wellbegun/core"], node: "node-folder", thirdParty: true };

/**
 * The rule of a package, or undefined for a package without a rule.
 * @param {string} path "packages/core"
 */
export function ruleOf(path) {
  return rules[path] ?? (path.startsWith("packages/backend-") ? backendRule : undefined);
}

/**
 * Module names in static imports, re-exports and dynamic imports of literal names, minified or not; comments do not count, so
 * that the examples in docstrings are left alone.
 * @param {string} source
 * @returns {{ name: string, line: number }[]}
 */
export function importsOf(source) {
  const blank = (/** @type {string} */ text) => text.replace(/[^\n]/g, " ");
  const code = source.replace(/\/\*[\s\S]*?\*\//g, blank).replace(/(^|\s)\/\/[^\n]*/g, blank);
  const pattern =
    /(?:^|;)\s*(?:import|export)\b(?:[^;"'`=()]*?[\s}*]from\s*|\s*)["']([^"'\n]+)["']|\bimport\s*\(\s*["'`]([^"'`\n]+)["'`]/gm;
  return [...code.matchAll(pattern)].map((match) => {
    const name = match[1] ?? match[2] ?? "";
    const line = code.slice(0, match.index + match[0].indexOf(name)).split("\n").length;
    return { name, line };
  });
}

/**
 * Why a file of a package may not import `name`, or undefined.
 * @param {import("./workspace.mjs").Package} owner
 * @param {string} file from the package's folder, with forward slashes: "src/node/files.ts"
 * @param {string} name
 * @param {ReadonlySet<string>} workspace the names of all workspace packages
 */
export function refusal(owner, file, name, workspace) {
  const rule = ruleOf(owner.path);
  if (rule === undefined) return "the package has no rule in tools/check-imports.mjs";
  if (name.startsWith(".")) {
    return join(file, "..", name).startsWith("..") ? "a path out of its package" : undefined;
  }
  if (name.startsWith("node:")) {
    if (rule.node === "always" || (rule.node === "node-folder" && file.startsWith("src/node/")))
      return undefined;
    return rule.node === "never" ? "node: is not for this package" : "node: belongs below src/node/";
  }
  const target = name
    .split("/")
    .slice(0, name.startsWith("@") ? 2 : 1)
    .join("/");
  const { dependencies, peerDependencies } = owner.manifest;
  if (workspace.has(target)) {
    if (rule.workspace !== "all" && !rule.workspace.includes(target))
      return "against the one-way import rule";
  } else if (!rule.thirdParty) {
    return "this package has no dependencies from outside";
  }
  const declared = dependencies?.[target] ?? peerDependencies?.[target];
  return declared === undefined ? "not declared in its package.json" : undefined;
}

if (isMain(import.meta.url)) {
  const packages = workspacePackages();
  const names = new Set(packages.map((one) => one.name));
  /** @type {Map<string, string[]>} */
  const within = new Map();
  const problems = packages.flatMap((owner) =>
    filesBelow(join(owner.folder, "src"), ".ts").flatMap((path) => {
      const file = relative(owner.folder, path).split(sep).join("/");
      const found = importsOf(readFileSync(path, "utf8"));
      const own = found.filter(({ name }) => name.startsWith("."));
      within.set(
        `${owner.path}/${file}`,
        own.map(({ name }) => posix.join(owner.path, file, "..", name)),
      );
      return found.flatMap(({ name, line }) => {
        const why = refusal(owner, file, name, names);
        return why === undefined ? [] : [`${owner.path}/${file}:${line} imports "${name}": ${why}`];
      });
    }),
  );
  problems.push(...cycleProblems(within));
  conclude(`imports of ${packages.length} packages, ${within.size} files`, problems);
}
