/** Reading the command lines of the benchmarks: lists and whole numbers, with errors that name the option. */

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
  throw new Error(`--${option}: expected a whole number of at least ${least}, found ${JSON.stringify(text)}`);
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
    throw new Error(`--${option}: expected bytes such as 500MB, found ${JSON.stringify(text)}`);
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
  throw new Error(`--${option}: expected one of ${allowed.join(", ")}, found ${JSON.stringify(text)}`);
}
