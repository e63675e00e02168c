// Writes the starting tables of every setting, and their training-free score on the VALIDATION rows.
//
//   npm run build && node experiments/trained/tables.mjs path/to/tiktok work/tables
//
// work/tables/<setting>/users.npy and items.npy, and work/tables/scores.json.

import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { readMmrecDataset } from "@wellbegun/adapters/node";
import { encodeNpy } from "@wellbegun/adapters/npy";
import { createTable, denseFeatures, fit, wasm } from "@wellbegun/core";
import { createRandom } from "@wellbegun/core/support";
import { splitOf, zeroShot } from "@wellbegun/evaluation";
import { settings } from "./settings.mjs";

const [folder, out] = process.argv.slice(2);
if (folder === undefined || out === undefined) {
  console.error("usage: node experiments/trained/tables.mjs <dataset folder> <output folder>");
  process.exit(2);
}
const dataset = await readMmrecDataset(folder);
const { train } = dataset;
const backend = await wasm();
/** @type {Record<string, object>} */
const scores = {};
for (const { name, options, control } of settings) {
  const features = control === "features" ? await permutedFeatures() : dataset.features;
  const fitted = await fit({ train, features }, { ...options, backend, perModality: false });
  const columns = fitted.users.columns;
  const permute = (/** @type {import("@wellbegun/core").Table} */ table, /** @type {string} */ stream) =>
    control === "rows" ? createTable(permutedRows(table.data, columns, stream), table.rows, columns) : table;
  const tables = { users: permute(fitted.users, "users"), items: permute(fitted.items, "items") };
  const { recall, ndcg } = (await zeroShot(tables, splitOf(dataset, "validation"), { backend })).cuts[0];
  scores[name] = { options, control: control ?? null, recall, ndcg };
  await mkdir(join(out, name), { recursive: true });
  for (const key of /** @type {const} */ (["users", "items"])) {
    const { data, rows } = tables[key];
    await writeFile(join(out, name, `${key}.npy`), encodeNpy(data, [rows, columns]));
  }
  console.log(`${name}: Recall@20 ${recall.toFixed(4)}, NDCG@20 ${ndcg.toFixed(4)}`);
}
await writeFile(join(out, "scores.json"), `${JSON.stringify(scores, null, 2)}\n`);
await backend.dispose();
await dataset.close();

/** Every modality's rows in one random order: the same values, of other items. */
async function permutedFeatures() {
  /** @type {Record<string, import("@wellbegun/core").FeatureSource>} */
  const result = {};
  for (const [name, source] of Object.entries(dataset.features)) {
    const { rows, columns } = source;
    const data = new Float32Array(rows * columns);
    await source.read(0, rows, data);
    result[name] = denseFeatures(permutedRows(data, columns, "features"), rows, columns);
  }
  return result;
}

/**
 * @param {Float32Array} table
 * @param {number} columns
 * @param {string} stream
 */
function permutedRows(table, columns, stream) {
  const random = createRandom(999, `control/${stream}`);
  const order = Array.from({ length: table.length / columns }, (_, row) => row);
  for (let i = order.length - 1; i > 0; i--) {
    const j = random.integer(i + 1);
    [order[i], order[j]] = [/** @type {number} */ (order[j]), /** @type {number} */ (order[i])];
  }
  const result = new Float32Array(table.length);
  for (const [row, from] of order.entries()) {
    result.set(table.subarray(from * columns, (from + 1) * columns), row * columns);
  }
  return result;
}
