/** Runs one side in a process of its own, on given cores, and times it from the outside. */

import { spawn, spawnSync } from "node:child_process";

/** Whether processes can be held to cores here (Linux has taskset). */
export const canPin = spawnSync("taskset", ["--version"]).status === 0;

/**
 * @typedef {object} Finished
 * @property {number} wallSeconds from the spawn to the end: what a shell's `time` shows as real
 * @property {any} output what it printed, as JSON
 */

/**
 * Runs a command that prints one JSON value; throws with the end of what it said when it fails.
 * @param {readonly string[]} command
 * @param {number | undefined} cores hold it to the first so many; undefined: to none in particular
 * @returns {Promise<Finished>}
 */
export async function runJson(command, cores) {
  const pinned = cores === undefined ? [] : ["taskset", "-c", cores === 1 ? "0" : `0-${cores - 1}`];
  const started = performance.now();
  const output = await run([...pinned, ...command]);
  return { wallSeconds: (performance.now() - started) / 1000, output: JSON.parse(output) };
}

/**
 * Runs a command and returns the lines that it prints; throws with the end of what it said when it fails.
 * @param {readonly string[]} command
 * @returns {Promise<readonly string[]>}
 */
export async function runLines(command) {
  return (await run(command)).split("\n");
}

/**
 * @param {readonly string[]} command
 * @returns {Promise<string>} what it printed
 */
async function run(command) {
  const [program = "", ...rest] = command;
  const child = spawn(program, rest, { stdio: ["ignore", "pipe", "pipe"] });
  let out = "";
  let problems = "";
  child.stdout.setEncoding("utf8").on("data", (text) => {
    out += text;
  });
  child.stderr.setEncoding("utf8").on("data", (text) => {
    problems += text;
  });
  /** @type {string} */
  const ended = await new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (status, signal) => resolve(signal ?? `${status}`));
  });
  if (ended === "0") return out;
  // `wellbegun --json` prints its errors where its results go.
  const said = problems.trim() === "" ? out : problems;
  throw new Error(`${command.join(" ")} ended with ${ended}: ${said.slice(-2000).trim()}`);
}
