/**
 * Checks for content that must not get into git: machine paths, registry hosts in the lock file, generated and
 * large files. READMEs are short, and begin with use. Links between files lead to files of the repository.
 */

import { existsSync, readFileSync, statSync } from "node:fs";
import { join, posix } from "node:path";
import { conclude, isMain, root, run, workspacePackages } from "./workspace.mjs";

const largestFile = 500 * 1024;
const machinePath = /(?<![\w.~*-])\/(?:work|root|home\/\w+|Users\/\w+)\/[\w.]+|\b[A-Z]:\\Users\\/;
const generated =
  /(?:^|\/)(?:dist|node_modules|coverage|\.turbo|\.venv(?:-torch|-spark)?)\/|\.tsbuildinfo$|\.generated\.ts$|\.tgz$/;
const weights = /\.(?:pt|pth|ckpt|onnx|pkl|parquet)$/;

/**
 * What is wrong with one file of the repository.
 * @param {string} path from the root
 * @param {Buffer} bytes
 * @returns {string[]}
 */
export function fileProblems(path, bytes) {
  const problems = [];
  if (bytes.length > largestFile) {
    problems.push(
      `${path}: ${Math.round(bytes.length / 1024)} KB; at most ${largestFile / 1024} KB are kept in git`,
    );
  }
  if (generated.test(path)) problems.push(`${path}: a generated file; add it to .gitignore`);
  if (weights.test(path)) problems.push(`${path}: data sets and weights are not kept in git`);
  if (bytes.includes(0)) return problems;
  bytes
    .toString("utf8")
    .split("\n")
    .forEach((line, index) => {
      const found = machinePath.exec(line);
      if (found !== null) problems.push(`${path}:${index + 1}: a path of one machine: ${found[0]}`);
    });
  return problems;
}

/**
 * What is wrong with package-lock.json: entries that name the registry they came from, which would tie every install
 * to that host; binaries of other platforms that are missing, with which `npm ci` refuses to work.
 * @param {{ packages: Record<string, { resolved?: string, optionalDependencies?: Record<string, string> }> }} lock
 */
export function lockProblems({ packages }) {
  const names = new Set(Object.keys(packages).map((path) => path.replace(/^.*node_modules\//, "")));
  return Object.entries(packages).flatMap(([path, { resolved, optionalDependencies }]) => [
    ...(resolved !== undefined && /^\w+:\/\//.test(resolved)
      ? [`package-lock.json: ${path} is tied to ${resolved}; set omit-lockfile-registry-resolved=true`]
      : []),
    ...Object.keys(optionalDependencies ?? {})
      .filter((name) => !names.has(name))
      .map(
        (name) => `package-lock.json: ${path} wants ${name}, which is missing; take a version that has it`,
      ),
  ]);
}

/**
 * npm and JSR take only files below a package's folder, so each published package has the license itself;
 * all are one text.
 * @param {string} base the root of the repository
 */
export function licenseProblems(base) {
  const text = readFileSync(join(base, "LICENSE"));
  return workspacePackages(base).flatMap(({ path, folder, manifest }) => {
    if (manifest.private === true) return [];
    const file = join(folder, "LICENSE");
    if (!existsSync(file)) return [`${path}/LICENSE: missing; copy the LICENSE of the root`];
    return readFileSync(file).equals(text) ? [] : [`${path}/LICENSE: differs from the LICENSE of the root`];
  });
}

const longestReadme = 120;

/**
 * What is wrong with a README: that of the root may have 120 lines, and that of a package begins with its use.
 * @param {string} path from the root
 * @param {string} text
 * @returns {string[]}
 */
export function readmeProblems(path, text) {
  const lines = text.trimEnd().split("\n");
  if (path === "README.md") {
    return lines.length <= longestReadme ? [] : [`${path}: ${lines.length} lines; at most ${longestReadme}`];
  }
  if (!/^packages\/[^/]+\/README\.md$/.test(path)) return [];
  const first = lines.findIndex((line) => /^(?:```|\||- |## )/.test(line));
  return lines[first]?.startsWith("```")
    ? []
    : [`${path}:${first + 1}: its use, a code fence, comes before tables, lists and sections`];
}

/**
 * The links of a Markdown file that a reader of the repository cannot follow: each leads to a file or folder in git, by a relative
 * path.
 * @param {string} path from the root
 * @param {string} text
 * @param {ReadonlySet<string>} known files and folders in git, from the root
 * @returns {string[]}
 */
export function linkProblems(path, text, known) {
  const prose = text
    .replace(/^```[\s\S]*?^```/gm, (code) => code.replace(/[^\n]/g, ""))
    .replace(/`[^`\n]*`/g, "");
  return prose.split("\n").flatMap((line, index) =>
    [...line.matchAll(/\]\(([^()\s#]+)[^()]*\)/g)].flatMap(([, link = ""]) => {
      if (/^\w+:/.test(link)) return [];
      const target = posix.join(posix.dirname(path), decodeURI(link)).replace(/\/$/, "");
      return !link.startsWith("/") && known.has(target)
        ? []
        : [`${path}:${index + 1}: the link ${link} leads to nothing in the repository`];
    }),
  );
}

/**
 * Files, and the folders that they are in.
 * @param {readonly string[]} files
 */
function withFolders(files) {
  const known = new Set([...files, "."]);
  for (const file of files) {
    for (let folder = posix.dirname(file); folder !== "."; folder = posix.dirname(folder)) known.add(folder);
  }
  return known;
}

if (isMain(import.meta.url)) {
  // What would be committed next: tracked files, and new ones that .gitignore does not name.
  const listed = run("git", ["ls-files", "-z", "--cached", "--others", "--exclude-standard"], { cwd: root });
  const files = [...new Set(listed.split("\0"))].filter(
    (path) => path !== "" && statSync(join(root, path), { throwIfNoEntry: false })?.isFile() === true,
  );
  const known = withFolders(files);
  conclude(`repository, ${files.length} files`, [
    ...files.flatMap((path) => fileProblems(path, readFileSync(join(root, path)))),
    ...files
      .filter((path) => path.endsWith(".md"))
      .flatMap((path) => {
        const text = readFileSync(join(root, path), "utf8");
        return [
          ...(path.endsWith("README.md") ? readmeProblems(path, text) : []),
          ...linkProblems(path, text, known),
        ];
      }),
    ...lockProblems(JSON.parse(readFileSync(join(root, "package-lock.json"), "utf8"))),
    ...licenseProblems(root),
  ]);
}
