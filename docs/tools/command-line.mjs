/** The reference of the command line, from the program's own option tables: what `--help` prints, as a page. */

import { Writable } from "node:stream";

const dist = new URL("../../packages/cli/dist/", import.meta.url);

/** @returns {Promise<string>} */
export async function commandLinePage() {
  const { createProgram } = await import(new URL("program.js", dist).href);
  const { Output } = await import(new URL("shared/output.js", dist).href);
  const silent = new Writable({ write: (_chunk, _encoding, done) => done() });
  const output = new Output({ stdout: silent, stderr: silent, env: {} }, "text");
  const names = (await createProgram([], output)).commands.map((command) => command.name());
  const program = await createProgram(names, output);
  const parts = [
    "---\neditLink: false\n---\n\n# Command line\n",
    "`npx wellbegun <command> --help` prints the same. Results go to standard output, progress and errors to standard error. The",
    "exit status is 0 when a command is done, 1 after a failure, 2 for wrong usage, and 130 after an interruption.\n",
    "| command | what it does |\n| --- | --- |",
    ...program.commands.map((one) => `| [\`${one.name()}\`](#${one.name()}) | ${text(one.description())} |`),
    ...program.commands.map(commandSection),
  ];
  return `${parts.join("\n")}\n`;
}

/** @param {import("commander").Command} command */
function commandSection(command) {
  const help = command.createHelp();
  const argumentsOf = command.registeredArguments.map((one) => {
    const written = one.required ? `<${one.name()}>` : `[${one.name()}]`;
    return `\n\`${written}\`: ${text(one.description)}.`;
  });
  /** @type {Map<string, string[]>} */
  const groups = new Map();
  for (const option of help.visibleOptions(command)) {
    const group = option.helpGroupHeading ?? "Other:";
    const rows = groups.get(group) ?? [];
    rows.push(`| \`${option.flags.replaceAll("|", "\\|")}\` | ${text(option.description)} |`);
    groups.set(group, rows);
  }
  const tables = [...groups].map(
    ([group, rows]) =>
      `\n**${group.replace(/:$/, "")}**\n\n| option | meaning (default) |\n| --- | --- |\n${rows.join("\n")}`,
  );
  return [
    `\n## ${command.name()}\n`,
    `${capital(text(command.description()))}.`,
    ...argumentsOf,
    ...tables,
  ].join("\n");
}

/** Markdown and Vue read none of it as markup. @param {string} words */
function text(words) {
  return words.replace(/[<>|{}]/g, (sign) => `&#${sign.charCodeAt(0)};`);
}

/** @param {string} words */
function capital(words) {
  return words.charAt(0).toUpperCase() + words.slice(1);
}
