/**
 * Seconds that the WebGPU backend takes for the 20 best of all items for each user, over random vectors of 64 columns. The
 * first block is left out: it compiles the kernels. The lists of its first users are compared with WebAssembly's; exit status 1 if
 * they differ by more than items whose scores are equal to a hundred-thousandth of the best.
 *
 *   node --import ./tools/peers.mjs bench/gpu/rank.mjs --users 100000 --items 1000000
 */

import { webgpu } from "@wellbegun/backend-webgpu";
import { wasm } from "@wellbegun/core";
import { createRandom } from "@wellbegun/core/support";
import { commandLine, wholeNumber } from "../lib/arguments.mjs";

const COLUMNS = 64;
const BEST = 20;
const BLOCK = 4096;
/** Users whose lists are compared. */
const COMPARED = 64;
/** Scores tie whose difference is this share of the best: float32 sums differ by as much. */
const TIE = 1e-5;

const { values } = commandLine({
  options: { users: { type: "string", default: "100000" }, items: { type: "string", default: "1000000" } },
});
const users = wholeNumber("users", values.users, 1);
const items = wholeNumber("items", values.items, BEST);

const backend = await webgpu();
const random = createRandom(999, "rank");
/** @param {number} rows */
function vectors(rows) {
  return Float32Array.from({ length: rows * COLUMNS }, () => random.uniform() - 0.5);
}
/**
 * @param {import("@wellbegun/core").Backend} on
 * @param {Float32Array} values
 */
async function load(on, values) {
  const rows = values.length / COLUMNS;
  const matrix = await on.create(rows, COLUMNS);
  await on.write(matrix, 0, rows, (into, first) =>
    into.set(values.subarray(first * COLUMNS, first * COLUMNS + into.length)),
  );
  return matrix;
}
const [itemVectors, userVectors] = [vectors(items), vectors(Math.min(BLOCK, users))];
const catalog = await load(backend, itemVectors);
const block = await load(backend, userVectors);
const { items: lists } = await backend.topK(block, catalog, BEST);
const started = performance.now();
let ranked = 0;
for (; ranked < users; ranked += block.rows) await backend.topK(block, catalog, BEST);
const seconds = (performance.now() - started) / 1000;
const rate = (2 * ranked * items * COLUMNS) / seconds / 1e12;
console.log(
  `webgpu on ${backend.capabilities.device}: ${ranked} users x ${items} items x ${COLUMNS}, top ${BEST}`,
);
console.log(
  `${seconds.toFixed(2)} s, ${Math.round(ranked / seconds)} users a second, ${rate.toFixed(2)} TFLOP/s`,
);
await backend.dispose();
const differing = await differences();
console.log(
  differing === 0
    ? "The lists of the first users equal WebAssembly's, but for ties."
    : `${differing} places differ from WebAssembly's.`,
);
process.exit(differing === 0 ? 0 : 1);

/**
 * In float64; NaN for no item.
 * @param {number} user
 * @param {number} item
 */
function scoreOf(user, item) {
  let sum = 0;
  for (let c = 0; c < COLUMNS; c++) {
    sum += (userVectors[user * COLUMNS + c] ?? 0) * (itemVectors[item * COLUMNS + c] ?? Number.NaN);
  }
  return sum;
}

/** Places of the first users' lists whose scores differ from those of WebAssembly's lists. */
async function differences() {
  const reference = await wasm();
  const some = await load(reference, userVectors.subarray(0, COMPARED * COLUMNS));
  const { items: expected } = await reference.topK(some, await load(reference, itemVectors), BEST);
  let count = 0;
  for (const [at, item] of expected.entries()) {
    const user = Math.floor(at / BEST);
    const found = lists[at] ?? -1;
    const gap = Math.abs(scoreOf(user, found) - scoreOf(user, item));
    if (found !== item && !(gap <= TIE * scoreOf(user, expected[user * BEST] ?? -1))) count++;
  }
  await reference.dispose();
  return count;
}
