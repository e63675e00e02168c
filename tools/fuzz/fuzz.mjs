import { isWellbegunError } from "@wellbegun/core";
import { largestAllocation, resetAllocations } from "./allocations.mjs";
import { mutate, randomBelow } from "./mutate.mjs";

/**
 * @typedef {object} Figures of one parser
 * @property {string} name
 * @property {number} inputs
 * @property {number} read inputs that were read
 * @property {number} refused inputs that were refused with a WellbegunError, or a command line that told one
 * @property {number} other inputs that led to anything else
 * @property {number} slowestMs the slowest call, milliseconds
 * @property {number} largestBytes the largest typed array that was asked for at once
 * @property {readonly Slip[]} slips the first of the others
 */

/**
 * @typedef {object} Slip
 * @property {number} seed gives the input again
 * @property {string} error
 */

const KEPT_SLIPS = 5;

/**
 * Gives a parser damaged files. Input number i depends on the seed and on i alone.
 * @param {import("./parsers.mjs").Parser} parser
 * @param {{ seed: number, count: number }} options
 * @returns {Promise<Figures>}
 */
export async function fuzz({ name, seeds, parse }, { seed, count }) {
  for (const bytes of seeds) await parse(bytes.slice());
  let [read, refused, other, slowestMs, largestBytes] = [0, 0, 0, 0, 0];
  /** @type {Slip[]} */
  const slips = [];
  for (let i = 0; i < count; i++) {
    const inputSeed = (Math.imul(seed, 0x9e3779b1) + i) | 0;
    const bytes = mutate(seeds, randomBelow(inputSeed));
    resetAllocations();
    const start = performance.now();
    try {
      const result = parse(bytes);
      if (result instanceof Promise) await result;
      read++;
    } catch (error) {
      if (isWellbegunError(error) || (error instanceof Error && "told" in error)) refused++;
      else {
        other++;
        const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
        if (slips.length < KEPT_SLIPS)
          slips.push({ seed: inputSeed, error: text.split("\n").slice(0, 4).join("\n") });
      }
    }
    slowestMs = Math.max(slowestMs, performance.now() - start);
    largestBytes = Math.max(largestBytes, largestAllocation());
  }
  return { name, inputs: count, read, refused, other, slowestMs, largestBytes, slips };
}

/**
 * All parsers, with `count` inputs in all.
 * @param {readonly import("./parsers.mjs").Parser[]} parsers
 * @param {{ seed: number, count: number }} options
 * @returns {AsyncGenerator<Figures>}
 */
export async function* fuzzAll(parsers, { seed, count }) {
  const shares = parsers.reduce((sum, { share = 1 }) => sum + share, 0);
  for (const parser of parsers) {
    const own = Math.ceil((count * (parser.share ?? 1)) / shares);
    yield await fuzz(parser, { seed, count: own });
  }
}
