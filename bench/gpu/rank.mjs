/**
 * Seconds that the WebGPU backend takes for the 20 best of all items for each user, over random vectors of 64 columns. The
 * first block is left out: it compiles the kernels.
 *
 *   node --import ./tools/peers.mjs bench/gpu/rank.mjs --users 100000 --items 1000000
 */

import { webgpu } from "@wellbegun/backend-webgpu";
import { createRandom } from "@wellbegun/core/support";
import { commandLine, wholeNumber } from "../lib/arguments.mjs";

const COLUMNS = 64;
const BEST = 20;
const BLOCK = 4096;

const { values } = commandLine({
  options: { users: { type: "string", default: "100000" }, items: { type: "string", default: "1000000" } },
});
const users = wholeNumber("users", values.users, 1);
const items = wholeNumber("items", values.items, BEST);

const backend = await webgpu();
const random = createRandom(999, "rank");
/** @param {number} rows */
async function vectors(rows) {
  const matrix = await backend.create(rows, COLUMNS);
  await backend.write(matrix, 0, rows, (into) => {
    for (let at = 0; at < into.length; at++) into[at] = random.uniform() - 0.5;
  });
  return matrix;
}
const catalog = await vectors(items);
const block = await vectors(Math.min(BLOCK, users));
await backend.topK(block, catalog, BEST);
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
process.exit(0);
