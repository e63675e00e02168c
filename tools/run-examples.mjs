/**
 * Runs the examples against the built packages: the ts and js fences of the READMEs and guides and of `@example` in
 * docstrings, which are type-checked as a user's code would be, and the programs in examples/. All are held to what
 * they say they print (tools/examples/extract.mjs has the rules).
 */

import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative, sep } from "node:path";
import { examplesOfMarkdown, examplesOfSource, expectedOutput, firstMissing } from "./examples/extract.mjs";
import { conclude, filesBelow, message, root, run, workspacePackages } from "./workspace.mjs";

/** @typedef {import("./examples/extract.mjs").Example} Example */

const packages = workspacePackages();

/** @param {string} file */
const fromRoot = (file) => relative(root, file).split(sep).join("/");

/** @returns {Example[]} */
function allExamples() {
  const readmes = [root, ...packages.map(({ folder }) => folder)].map((folder) => join(folder, "README.md"));
  const guides = [
    join(root, "docs/start.md"),
    join(root, "docs/backends.md"),
    ...filesBelow(join(root, "docs/guides"), ".md"),
  ];
  const pages = [...readmes, ...guides].filter(existsSync);
  const sources = packages.flatMap(({ folder }) => filesBelow(join(folder, "src"), ".ts"));
  return [
    ...pages.flatMap((file) => examplesOfMarkdown(readFileSync(file, "utf8"), fromRoot(file))),
    ...sources.flatMap((file) => examplesOfSource(readFileSync(file, "utf8"), fromRoot(file))),
  ];
}

/**
 * Type-checks all examples together and writes their JavaScript; throws with the compiler's messages.
 * @param {string} folder
 * @param {Example[]} examples
 */
function compile(folder, examples) {
  examples.forEach(({ code }, index) => {
    writeFileSync(join(folder, `example-${index}.mts`), code);
  });
  const compilerOptions = {
    target: "ES2022",
    lib: ["ES2023", "DOM"],
    module: "nodenext",
    types: ["node"],
    typeRoots: [join(root, "node_modules/@types")],
    strict: true,
  };
  writeFileSync(join(folder, "tsconfig.json"), JSON.stringify({ compilerOptions, include: ["*.mts"] }));
  try {
    run(process.execPath, [
      join(root, "node_modules/typescript/bin/tsc"),
      "--project",
      folder,
      "--pretty",
      "false",
    ]);
  } catch (error) {
    const named = message(error).replace(
      /\S*example-(\d+)\.mts/g,
      (_, index) => `${examples[index]?.place}, code line `,
    );
    throw new Error(named, { cause: error });
  }
}

/**
 * @param {string} place where a reader finds the example
 * @param {string} code what it says it prints
 * @param {string} file what is run
 * @returns {string[]}
 */
function runProblems(place, code, file) {
  // An example may write files: it works in an empty folder of its own.
  const cwd = mkdtempSync(join(tmpdir(), "wellbegun-example-"));
  try {
    const output = run(process.execPath, [file], { cwd });
    const missing = firstMissing(expectedOutput(code), output);
    return missing === undefined ? [] : [`${place}: expected to print "${missing}", printed:\n${output}`];
  } catch (error) {
    return [`${place}: ${message(error)}`];
  } finally {
    rmSync(cwd, { recursive: true, force: true });
  }
}

const found = allExamples();
const examples = found.filter(({ left }) => left === undefined);
for (const { place, left } of found) {
  if (left !== undefined) console.log(`  left out: ${place}: ${left}`);
}
const withoutExample = packages
  .filter(({ manifest }) => manifest.private !== true)
  .filter(({ path }) => !examples.some(({ place }) => place.startsWith(`${path}/README.md:`)))
  .map(({ path }) => `${path}/README.md: expected an example that runs, found none`);

// Inside the repository, so that the imports resolve to the workspace's own builds.
const cache = join(root, "node_modules/.cache");
mkdirSync(cache, { recursive: true });
const folder = mkdtempSync(join(cache, "wellbegun-examples-"));
try {
  compile(folder, examples);
  const problems = examples.flatMap(({ place, code }, index) =>
    runProblems(place, code, join(folder, `example-${index}.mjs`)),
  );
  conclude(`${examples.length} examples in the documentation`, [...withoutExample, ...problems]);
} catch (error) {
  conclude(`${examples.length} examples in the documentation`, [...withoutExample, message(error)]);
} finally {
  rmSync(folder, { recursive: true, force: true });
}

// Those in folders of their own need packages from elsewhere: packages/adapters/test/example-programs.test.ts runs them.
const programs = filesBelow(join(root, "examples"), ".mjs").filter(
  (file) => dirname(file) === join(root, "examples"),
);
const programProblems = programs.flatMap((file) =>
  runProblems(fromRoot(file), readFileSync(file, "utf8"), file),
);
conclude(`${programs.length} programs in examples/`, programProblems);
