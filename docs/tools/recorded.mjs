/** Figures that commands recorded in the repository. */

import { existsSync, readFileSync } from "node:fs";

const root = new URL("../../", import.meta.url);

/**
 * A JSON file.
 * @param {string} path from the root
 */
export function recorded(path) {
  return JSON.parse(readFileSync(new URL(path, root), "utf8"));
}

/** @param {string} path from the root */
export function isRecorded(path) {
  return existsSync(new URL(path, root));
}

/**
 * The tables of a Markdown file, as lists of records by column; a cell "9.06 [6.34-22.8]" is its median. An empty name stands for
 * the first column, where it has none.
 * @param {string} path from the root
 * @returns {Record<string, string>[][]}
 */
export function recordedTables(path) {
  const lines = readFileSync(new URL(path, root), "utf8").split("\n");
  /** @type {Record<string, string>[][]} */
  const tables = [];
  /** @type {string[]} */
  let header = [];
  for (const line of lines) {
    if (!line.startsWith("|")) {
      header = [];
      continue;
    }
    const cells = line
      .split("|")
      .slice(1, -1)
      .map((cell) => cell.trim());
    if (header.length === 0) {
      header = cells;
      tables.push([]);
    } else if (!/^-+$/.test(cells[0] ?? "")) {
      const values = cells.map((cell) => cell.replace(/ \[.*\]$/, ""));
      tables.at(-1)?.push(Object.fromEntries(header.map((name, at) => [name, values[at] ?? ""])));
    }
  }
  return tables;
}
