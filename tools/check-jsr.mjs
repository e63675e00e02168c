/**
 * Holds each jsr.json against its package.json: name, version, license, entry points, imports; and the version in src/version.ts
 * where a package has one. Expects a build.
 *
 *     node tools/check-jsr.mjs            reports what differs
 *     node tools/check-jsr.mjs --write    sets the versions after `changeset version`, which knows package.json alone
 */

import { execFileSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join, relative, sep } from "node:path";
import { conclude, filesBelow, isMain, readJson, root, workspacePackages } from "./workspace.mjs";

/** @typedef {import("./workspace.mjs").Package} Package */
/** @typedef {{ name: string, version: string, license: string, exports: Record<string, string>, imports?: Record<string, string>, publish?: { exclude?: string[] } }} JsrManifest */

/**
 * The name on JSR, where every package has a scope: the command line, "wellbegun" on npm, takes its folder's name.
 * @param {Package} owner
 */
export function jsrName({ name, path }) {
  return name.startsWith("@") ? name : `@wellbegun/${path.split("/").at(-1)}`;
}

/**
 * What `imports` of jsr.json must hold: each dependency, ours from JSR and the others from npm.
 * @param {Package} owner
 * @param {Package[]} packages
 * @returns {Record<string, string>}
 */
export function jsrImports(owner, packages) {
  const { dependencies, peerDependencies } = owner.manifest;
  const wanted = Object.entries({ ...peerDependencies, ...dependencies }).map(([name, range]) => {
    const ours = packages.find((one) => one.name === name);
    return [
      name,
      ours === undefined ? `npm:${name}@${range}` : `jsr:${jsrName(ours)}@^${ours.manifest.version}`,
    ];
  });
  return Object.fromEntries(wanted);
}

/**
 * @param {Package} owner
 * @param {JsrManifest} jsr
 * @param {Package[]} packages
 * @returns {string[]}
 */
export function jsrProblems(owner, jsr, packages) {
  /** @type {string[]} */
  const problems = [];
  const same = (/** @type {string} */ key, /** @type {unknown} */ expected, /** @type {unknown} */ found) => {
    if (expected !== found)
      problems.push(`${owner.path}/jsr.json: ${key}: expected ${expected}, found ${found}`);
  };
  same("name", jsrName(owner), jsr.name);
  same("version", owner.manifest.version, jsr.version);
  same("license", owner.manifest.license, jsr.license);

  const entries = Object.entries(owner.manifest.exports ?? {}).filter(([key]) => key !== "./package.json");
  same("exports", entries.map(([key]) => key).join(" "), Object.keys(jsr.exports ?? {}).join(" "));
  for (const [key, target] of entries) {
    const built = typeof target === "string" ? target : target.default;
    same(`exports["${key}"]`, built?.replace(/^\.\/dist\/(.*)\.js$/, "./src/$1.ts"), jsr.exports?.[key]);
  }
  for (const file of Object.values(jsr.exports ?? {})) {
    if (!existsSync(join(owner.folder, file)))
      problems.push(`${owner.path}/jsr.json: exports: ${file} does not exist`);
  }

  // JSR publishes sources, without what .gitignore names unless jsr.json takes that back.
  for (const file of filesBelow(join(owner.folder, "src"), ".generated.ts")) {
    const wanted = `!${relative(owner.folder, file).split(sep).join("/")}`;
    if (!jsr.publish?.exclude?.includes(wanted)) {
      problems.push(
        `${owner.path}/jsr.json: publish.exclude: expected "${wanted}", so that JSR gets the file`,
      );
    }
  }

  const imports = jsrImports(owner, packages);
  for (const name of new Set([...Object.keys(imports), ...Object.keys(jsr.imports ?? {})])) {
    same(`imports["${name}"]`, imports[name], jsr.imports?.[name]);
  }
  return problems;
}

const versionLine = /(?<=^export const VERSION = ")[^"]*(?=";$)/m;

/**
 * The text of src/version.ts with the package's version.
 * @param {Package} owner
 * @param {string} text
 */
export function versionText({ manifest }, text) {
  return text.replace(versionLine, manifest.version);
}

/**
 * @param {Package} owner
 * @param {boolean} write
 * @returns {string[]}
 */
function versionProblems(owner, write) {
  const file = join(owner.folder, "src/version.ts");
  if (!existsSync(file)) return [];
  const text = readFileSync(file, "utf8");
  const wanted = versionText(owner, text);
  if (write) writeFileSync(file, wanted);
  else if (text !== wanted || !versionLine.test(text))
    return [`${owner.path}/src/version.ts: expected VERSION = "${owner.manifest.version}"`];
  return [];
}

/**
 * The text of a jsr.json, formatted by the workspace's own rules.
 * @param {string} file
 * @param {JsrManifest} jsr
 * @returns {string}
 */
export function jsrText(file, jsr) {
  const biome = join(root, "node_modules/@biomejs/biome/bin/biome");
  const options = { cwd: root, input: JSON.stringify(jsr, null, 2), encoding: /** @type {const} */ ("utf8") };
  return execFileSync(process.execPath, [biome, "format", `--stdin-file-path=${file}`], options);
}

if (isMain(import.meta.url)) {
  const packages = workspacePackages().filter(({ manifest }) => manifest.private !== true);
  const problems = packages.flatMap((owner) => {
    const file = join(owner.folder, "jsr.json");
    if (!existsSync(file)) return [`${owner.path}/jsr.json: missing`];
    /** @type {JsrManifest} */
    let jsr = readJson(file);
    if (process.argv.includes("--write")) {
      const imports = jsrImports(owner, packages);
      const some = Object.keys(imports).length > 0;
      jsr = { ...jsr, version: owner.manifest.version, ...(some ? { imports } : {}) };
      writeFileSync(file, jsrText(file, jsr));
    }
    return [
      ...jsrProblems(owner, jsr, packages),
      ...versionProblems(owner, process.argv.includes("--write")),
    ];
  });
  conclude(`jsr.json and versions of ${packages.length} packages`, problems);
}
