/** Which Markdown files of the repository are pages of the site, and under which path. */

import { existsSync, statSync } from "node:fs";
import { join, posix } from "node:path";
import { fileURLToPath } from "node:url";

/** The root of the repository, which VitePress reads pages from. */
export const root = fileURLToPath(new URL("../..", import.meta.url)).replace(/\/$/, "");

/** Markdown that is no page. The README of the root says in short what the start page says. */
export const excluded = [
  "README.md",
  "**/node_modules/**",
  "**/dist/**",
  "**/CHANGELOG.md",
  "packages/*/test/**",
  "packages/*/python/**",
  "examples/*/node_modules/**",
  "fixtures/**",
  "docs/README.md",
];

/** The same of a path, with the hidden folders that VitePress passes over. */
const noPage = /(^|\/)\.|\/node_modules\/|^fixtures\/|^packages\/[^/]+\/(test|python)\//;

/**
 * The page of a Markdown file, as VitePress names it: `docs/tune.md` is `tune.md`, a README the index of its folder.
 * @param {string} file from the root
 */
export function pageOf(file) {
  const inDocs = file.replace(/^docs\//, "");
  if (inDocs === "CONTRIBUTING.md" || inDocs === "SECURITY.md") return inDocs.toLowerCase();
  return inDocs.replace(/(^|\/)README\.md$/, "$1index.md");
}

/**
 * Pages that are generated when the site is built, by the folder that they are made from: a link to the folder leads a reader of
 * the repository to the source, and a reader of the site to the page.
 */
const generatedFrom = new Map([
  ["packages/cli/src/commands", "/reference/command-line.html"],
  ["packages", "/reference/api/"],
  ["bench/results", "/reference/benchmarks.html"],
]);

/**
 * The path on the site that a link of a Markdown file leads to, or undefined if the target is a file of the repository that is
 * no page.
 * @param {string} file the Markdown file, from the root
 * @param {string} target the link as written, without its fragment
 * @returns {string | undefined}
 */
export function linkTarget(file, target) {
  const path = posix.join(posix.dirname(file), target).replace(/\/$/, "");
  const generated = generatedFrom.get(path);
  if (generated !== undefined) return generated;
  if (path === "README.md" || path === ".") return "/";
  const found = [path, `${path}.md`, posix.join(path, "README.md"), posix.join(path, "index.md")].find(
    (candidate) => candidate.endsWith(".md") && !noPage.test(candidate) && isFile(candidate),
  );
  if (found !== undefined)
    return `/${pageOf(found)
      .replace(/(^|\/)index\.md$/, "$1")
      .replace(/\.md$/, ".html")}`;
  if (existsSync(join(root, path))) return undefined;
  throw new Error(`${file}: the link ${target} leads to no file`);
}

/** @param {string} path */
function isFile(path) {
  const full = join(root, path);
  return existsSync(full) && statSync(full).isFile();
}
