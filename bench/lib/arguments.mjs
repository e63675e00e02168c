/** Reading the command lines of the benchmarks: lists and whole numbers, with errors that name the option. */

import { parseArgs } from "node:util";

/** A command line that says something wrong. */
export class UsageError extends Error {}

/**
 * The options and arguments of this process. From here on, what is wrong with them, or with the data that they name, ends the
 * process with one line and status 2; any other error shows where it happened.
 * @template {import("node:util").ParseArgsConfig} T
 * @param {T} config
 */
export function commandLine(config) {
  process.on("uncaughtException", (/** @type {Error & { code?: string }} */ error) => {
    const usage =
      error instanceof UsageError ||
      error.name === "WellbegunError" ||
      String(error.code).startsWith("ERR_PARSE_ARGS");
    console.error(usage ? `error: ${error.message}` : error);
    process.exit(usage ? 2 : 1);
  });
  return parseArgs(config);
}

/**
 * @param {string} text "tiktok,baby384"
 * @returns {string[]}
 */
export function list(text) {
  return text.split(",").filter((entry) => entry !== "");
}

/**
 * @param {string} option its name, for errors
 * @param {string} text
 * @param {number} least
 */
export function wholeNumber(option, text, least) {
  const value = Number(text);
  if (text !== "" && Number.isSafeInteger(value) && value >= least) return value;
  throw new UsageError(
    `--${option}: expected a whole number of at least ${least}, found ${JSON.stringify(text)}`,
  );
}

/**
 * @param {string} option
 * @param {string} text "1,2"
 * @param {number} least
 */
export function wholeNumbers(option, text, least) {
  return list(text).map((entry) => wholeNumber(option, entry, least));
}

/**
 * A number of bytes, as `wellbegun init --memory` takes it.
 * @param {string} option
 * @param {string} text "500MB", "1.5GiB" or plain bytes
 */
export function bytes(option, text) {
  const found = /^(\d+(?:\.\d+)?)\s*([KMGT]?)(i?)B?$/i.exec(text);
  if (found === null)
    throw new UsageError(`--${option}: expected bytes such as 500MB, found ${JSON.stringify(text)}`);
  const [, number = "", unit = "", binary] = found;
  const power = ["", "K", "M", "G", "T"].indexOf(unit.toUpperCase());
  return Math.floor(Number(number) * (binary === "" ? 1000 : 1024) ** power);
}

/**
 * One of some names.
 * @param {string} option
 * @param {string} text
 * @param {readonly string[]} allowed
 */
export function choice(option, text, allowed) {
  if (allowed.includes(text)) return text;
  throw new UsageError(`--${option}: expected one of ${allowed.join(", ")}, found ${JSON.stringify(text)}`);
}
