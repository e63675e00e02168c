/**
 * Writes docs/options.md, and the table of options in core's README, from the schema of the options; or with --check tells
 * whether they are what the schema says.
 *
 *     node tools/docs-options.mjs [--check]
 */

import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { conclude, isMain, root } from "./workspace.mjs";

/** @typedef {import("@wellbegun/core/options").OptionRow} OptionRow */
/** @typedef {typeof import("@wellbegun/core/options")} Options */

const begin = "<!-- options: written by npm run docs:options -->";
const end = "<!-- /options -->";

const intro = `# Options

Written by \`npm run docs:options\` from \`packages/core/src/options/schema.ts\`.

Options of \`fit\`, which are also keys of the JSON file that \`wellbegun init --config\` reads, and, written as
\`--max-iterations\` for \`maxIterations\`, flags of \`wellbegun init\` and \`wellbegun evaluate\`. An option "by modality" takes
one value for all modalities, or one for each by its name: \`{ image: 8, audio: 16 }\`, on the command line
\`image=8,audio=16\`. Option names that do not exist are refused.
`;

/**
 * @param {string[]} header
 * @param {string[][]} rows
 */
function table(header, rows) {
  const line = (/** @type {string[]} */ cells) =>
    `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
  return [line(header), line(header.map(() => "---")), ...rows.map(line)].join("\n");
}

/**
 * The values of an option, the words of a choice as code.
 * @param {OptionRow} row
 * @param {Options} options
 */
function valuesOf(row, { allowedValues }) {
  const one =
    row.kind === "choice" ? row.choices.map((choice) => `\`${choice}\``).join(", ") : allowedValues(row);
  if (row.perModality === undefined) return one;
  return row.perModality === "either" ? `${one}; by modality` : `by modality only: ${one}`;
}

/**
 * @param {Options} options
 * @returns {string} docs/options.md
 */
export function optionsMarkdown(options) {
  const { defaultInWords, methodSchema, runSchema } = options;
  const tableOf = (/** @type {Record<string, OptionRow>} */ schema) =>
    table(
      ["option", "values", "default", "what it decides"],
      Object.entries(schema).map(([name, row]) => [
        `\`${name}\``,
        valuesOf(row, options),
        defaultInWords(row),
        row.help,
      ]),
    );
  const searched = Object.entries(/** @type {Record<string, OptionRow>} */ (methodSchema)).flatMap(
    ([name, { search }]) => (search === undefined ? [] : [[`\`${name}\``, search.join(", ")]]),
  );
  return [
    intro,
    "## What is computed\n",
    `${tableOf(methodSchema)}\n`,
    "A preset changes the defaults that name it.\n",
    "## Where and how it runs\n",
    `${tableOf(runSchema)}\n`,
    "## What a search tries\n",
    "`wellbegun tune` and `tune` of `@wellbegun/tune` choose from these values, unless they are given others, as far as they\nfit the data:\n",
    `${table(["option", "values"], searched)}\n`,
  ].join("\n");
}

/**
 * The short table of core's README.
 * @param {Options} options
 */
export function optionsTable({ defaultInWords, methodSchema, runSchema }) {
  const rows = Object.entries(/** @type {Record<string, OptionRow>} */ ({ ...methodSchema, ...runSchema }));
  return table(
    ["option", "default", "meaning"],
    rows.map(([name, row]) => {
      const choices =
        row.kind === "choice" ? `: ${row.choices.map((choice) => `\`${choice}\``).join(", ")}` : "";
      return [`\`${name}\``, defaultInWords(row), `${row.help}${choices}`];
    }),
  );
}

/**
 * The text with the table between its marks.
 * @param {string} text
 * @param {string} table
 */
export function withTable(text, table) {
  const from = text.indexOf(begin);
  const to = text.indexOf(end);
  if (from < 0 || to < from) throw new Error(`expected the marks ${begin} and ${end}`);
  return `${text.slice(0, from + begin.length)}\n\n${table}\n\n${text.slice(to)}`;
}

if (isMain(import.meta.url)) {
  const options = await import("@wellbegun/core/options");
  const readme = "packages/core/README.md";
  /** @type {[path: string, text: string][]} */
  const files = [
    ["docs/options.md", optionsMarkdown(options)],
    [readme, withTable(readFileSync(join(root, readme), "utf8"), optionsTable(options))],
  ];
  const check = process.argv.includes("--check");
  /** @type {string[]} */
  const problems = [];
  for (const [path, text] of files) {
    const file = join(root, path);
    if (existsSync(file) && readFileSync(file, "utf8") === text) continue;
    if (check)
      problems.push(`${path} is not what the schema of the options says; run "npm run docs:options"`);
    else writeFileSync(file, text);
  }
  if (check) conclude("tables of options", problems);
}
