/** The tables that bench/rank.mjs ranks, as plain .npy files: `users`, `items`, and the train items of users to leave out. */

import { mkdir, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { readMmrecDataset } from "@wellbegun/adapters/node";
import { encodeNpy } from "@wellbegun/adapters/npy";
import { fit } from "@wellbegun/core";
import { createRandom } from "@wellbegun/core/support";
import { UsageError } from "./arguments.mjs";

const COLUMNS = 64;

/**
 * @typedef {object} RankData
 * @property {string} name
 * @property {string} folder
 * @property {number} users that are ranked
 * @property {number} items
 * @property {boolean} seen whether there are items to leave out
 */

/**
 * The tables that `fit` makes of a dataset in MMRec's layout, 64 columns wide.
 * @param {string} dataset
 * @param {string} work
 * @returns {Promise<RankData>}
 */
export async function fittedData(dataset, work) {
  const { train, features, close } = await readMmrecDataset(dataset);
  const { users, items } = await fit({ train, features }, { dim: COLUMNS, perModality: false });
  await close();
  const name = basename(dataset);
  const folder = join(work, name);
  await mkdir(folder);
  await writeTable(folder, "users", users.data);
  await writeTable(folder, "items", items.data);
  await writeNumbers(folder, "offsets", train.offsets);
  await writeNumbers(folder, "seen", train.items);
  return { name, folder, users: users.rows, items: items.rows, seen: true };
}

/**
 * Tables of standard normal values.
 * @param {string} shape "500x1000000": users x items
 * @param {string} work
 * @returns {Promise<RankData>}
 */
export async function randomData(shape, work) {
  const [users = 0, items = 0] = /^\d+x\d+$/.test(shape) ? shape.split("x").map(Number) : [];
  if (!(users >= 1 && items >= 1)) throw new UsageError(`--random: expected users x items, found ${shape}`);
  const folder = join(work, shape);
  await mkdir(folder);
  for (const [name, rows] of /** @type {const} */ ([
    ["users", users],
    ["items", items],
  ])) {
    const random = createRandom(999, name);
    const values = new Float32Array(rows * COLUMNS);
    for (let at = 0; at < values.length; at++) values[at] = random.normal();
    await writeTable(folder, name, values);
  }
  return { name: `random ${shape}`, folder, users, items, seen: false };
}

/**
 * @param {string} folder
 * @param {string} name
 * @param {Float32Array} values
 */
async function writeTable(folder, name, values) {
  await writeFile(join(folder, `${name}.npy`), encodeNpy(values, [values.length / COLUMNS, COLUMNS]));
}

/**
 * @param {string} folder
 * @param {string} name
 * @param {Uint32Array} numbers
 */
async function writeNumbers(folder, name, numbers) {
  await writeFile(join(folder, `${name}.npy`), encodeNpy(Int32Array.from(numbers), [numbers.length]));
}
