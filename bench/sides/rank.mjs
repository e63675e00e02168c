/**
 * Our side of bench/rank.mjs: the k best items of the first users, several times over; the last lists go to a file.
 *
 *   node bench/sides/rank.mjs <folder> <backend> <users> <threads> <k> <repeats> <all|unseen> <out>
 */

import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { decodeNpy, encodeNpy } from "@wellbegun/adapters/npy";
import { openBackend } from "./backends.mjs";

const [folder = "", name = "", ranked = "", threads = "", best = "", repeats = "", which = "", out = ""] =
  process.argv.slice(2);
const k = Number(best);
const backend = await openBackend(name, Number(threads));

/** @param {string} file */
async function read(file) {
  return decodeNpy(await readFile(join(folder, `${file}.npy`)));
}
/**
 * @param {string} file
 * @param {number} [most] rows that are taken
 */
async function load(file, most = Number.POSITIVE_INFINITY) {
  const { data, shape } = await read(file);
  const [all = 0, columns = 0] = shape;
  const rows = Math.min(all, most);
  const matrix = await backend.create(rows, columns);
  const values = /** @type {Float32Array} */ (data).subarray(0, rows * columns);
  await backend.write(matrix, 0, rows, (into) => into.set(values));
  return matrix;
}
const users = await load("users", Number(ranked));
const items = await load("items");
/** @type {import("@wellbegun/core/backend").SparseMatrix | undefined} */
let exclude;
if (which === "unseen") {
  const all = /** @type {Int32Array} */ ((await read("offsets")).data);
  const offsets = Uint32Array.from(all.subarray(0, users.rows + 1));
  const indices = Uint32Array.from(/** @type {Int32Array} */ ((await read("seen")).data));
  exclude = { rows: users.rows, columns: items.rows, offsets, indices };
}
const runs = [];
/** @type {Int32Array} */
let lists = new Int32Array();
for (let run = 0; run < Number(repeats); run++) {
  const [began, cpu] = [performance.now(), process.cpuUsage()];
  lists = (await backend.topK(users, items, k, exclude)).items;
  const { user, system } = process.cpuUsage(cpu);
  runs.push({ wall: (performance.now() - began) / 1000, cpu: (user + system) / 1e6 });
}
await writeFile(out, encodeNpy(lists, [users.rows, k]));
console.log(JSON.stringify({ runs, version: `Node ${process.versions.node}` }));
await backend.dispose();
