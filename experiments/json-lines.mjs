// Runs of an experiment in a file, one line of JSON each, so that a command that was stopped goes on where it ended.

import { appendFileSync, existsSync, mkdirSync, readFileSync } from "node:fs";
import { dirname } from "node:path";

/** The runs in a file; none where there is no file. @param {string} file @returns {any[]} */
export function readLines(file) {
  if (!existsSync(file)) return [];
  const lines = readFileSync(file, "utf8").split("\n");
  return lines.filter((line) => line !== "").map((line) => JSON.parse(line));
}

/** @param {string} file @param {object} run */
export function addLine(file, run) {
  mkdirSync(dirname(file), { recursive: true });
  appendFileSync(file, `${JSON.stringify(run)}\n`);
}
