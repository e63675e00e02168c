/** The sizes to measure at: a dataset, and which of its modalities take part. */

import { UsageError } from "./arguments.mjs";

/**
 * @typedef {object} Size
 * @property {import("@wellbegun/synthetic").PresetName} dataset
 * @property {readonly string[]} modalities in alphabetical order, as both sides take them
 */

/** @type {Readonly<Record<string, Size>>} */
export const sizes = {
  example: { dataset: "example", modalities: ["image", "text"] },
  tiktok: { dataset: "tiktok", modalities: ["audio", "image"] },
  baby384: { dataset: "baby", modalities: ["text"] },
  baby4096: { dataset: "baby", modalities: ["image"] },
  baby: { dataset: "baby", modalities: ["image", "text"] },
  elec384: { dataset: "elec", modalities: ["text"] },
  elec4096: { dataset: "elec", modalities: ["image"] },
  elec: { dataset: "elec", modalities: ["image", "text"] },
};

/**
 * The size of that name; throws with the names that there are.
 * @param {string} name
 * @returns {Size}
 */
export function sizeOf(name) {
  const size = sizes[name];
  if (size === undefined)
    throw new UsageError(`--sizes: expected some of ${Object.keys(sizes)}, found ${name}`);
  return size;
}
