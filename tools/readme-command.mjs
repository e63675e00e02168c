/**
 * Prints a command that README.md promises, so that CI runs what newcomers read and not a copy of it.
 *
 *     node tools/readme-command.mjs test
 *
 * The README marks a command with an HTML comment before its code fence: `<!-- command:test -->`.
 */

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { isMain, root } from "./workspace.mjs";

/**
 * The code below the comment `<!-- command:<name> -->`, without prompts.
 * @param {string} markdown
 * @param {string} name
 */
export function readmeCommand(markdown, name) {
  const fences = [...markdown.matchAll(/<!--\s*command:([\w-]+)\s*-->\s*\n+```\w*\n([\s\S]*?)\n```/g)];
  const found = fences.filter((match) => match[1] === name);
  if (found.length !== 1) {
    const names = fences.map((match) => match[1]).join(", ") || "none";
    throw new Error(
      `Reading README.md: expected one "<!-- command:${name} -->" with a code fence below it, found ${found.length} (marked commands: ${names})`,
    );
  }
  const lines = (found[0]?.[2] ?? "").split("\n").map((line) => line.replace(/^\s*\$ /, "").trimEnd());
  return lines.filter((line) => line !== "").join("\n");
}

if (isMain(import.meta.url)) {
  const name = process.argv[2];
  if (name === undefined) throw new Error("usage: node tools/readme-command.mjs <name>");
  console.log(readmeCommand(readFileSync(join(root, "README.md"), "utf8"), name));
}
