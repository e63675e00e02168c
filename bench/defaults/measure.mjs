// The measurements behind the default preset: zero-shot Recall@20 and NDCG@20 on a dataset's VALIDATION rows for one
// setting changed at a time. Test rows are never read into a ranking. Prints Markdown.
//
//   npm run build && node bench/defaults/measure.mjs path/to/tiktok

import { readMmrecDataset } from "@wellbegun/adapters/node";
import * as core from "@wellbegun/core";
import { splitOf, zeroShot } from "@wellbegun/evaluation";

const folder = process.argv[2];
if (folder === undefined) {
  console.error("usage: node bench/defaults/measure.mjs <dataset folder in MMRec's layout>");
  process.exit(2);
}
const dataset = await readMmrecDataset(folder);
const { train, validation } = dataset;
const split = splitOf(dataset, "validation");
const backend = core.wasm === undefined ? core.cpu() : await core.wasm();
const lambdas = [1, 0.9, 0.7, 0.5, 0.3, 0.1, 0];

const judge = async (initializer) => {
  const tables = {
    users: initializer.transform(train),
    items: initializer.itemTable(),
    columns: initializer.dim,
  };
  const [dot] = (await zeroShot(tables, split, { backend })).cuts;
  const [cosine] = (await zeroShot(tables, split, { backend, similarity: "cosine" })).cuts;
  return [dot.recall, dot.ndcg, cosine.recall, cosine.ndcg].map((value) => value.toFixed(4));
};
const fit = async (options) => {
  const input = { interactions: train, features: dataset.features };
  return (await core.fit(input, options, { backend, perModality: false })).initializer;
};
const table = (title, head, rows) => {
  console.log(`\n### ${title}\n`);
  console.log(`| ${head} | Recall@20, dot | NDCG@20, dot | Recall@20, cosine | NDCG@20, cosine |`);
  console.log("| --- | --- | --- | --- | --- |");
  for (const row of rows) console.log(`| ${row.join(" | ")} |`);
};

let judged = 0;
for (let u = 0; u < validation.userCount; u++)
  judged += validation.offsets[u] < validation.offsets[u + 1] ? 1 : 0;
console.log(
  `${dataset.name}: ${train.userCount} users, ${train.itemCount} items, ${train.items.length} train interactions; ` +
    `${judged} users with validation rows; backend ${backend.name}; node ${process.version}`,
);

await controls();

for (const norm of core.choices.norm) {
  const initializer = await fit({ norm });
  const rows = [];
  for (const lambda of lambdas) rows.push([lambda, ...(await judge(initializer.withLambda(lambda)))]);
  table(`Weight of the local term, norm ${norm}, K 8`, "lambda", rows);
}
const byClusters = [];
for (const clusters of [8, 16, 32, 64, 256]) {
  const initializer = await fit({ clusters });
  for (const lambda of [0.9, 0.1, 0]) {
    byClusters.push([`${clusters}, lambda ${lambda}`, ...(await judge(initializer.withLambda(lambda)))]);
  }
}
table("Clusters, norm sym", "K", byClusters);
const compare = async (title, settings) => {
  const rows = [];
  for (const [label, options] of settings) rows.push([label, ...(await judge(await fit(options)))]);
  table(title, "setting", rows);
};
await compare(
  "Preparation, lambda 1, norm sym",
  core.choices.prepare.map((prepare) => [prepare, { prepare }]),
);
await compare("Projection, lambda 1, norm sym", [
  ...core.choices.project.map((project) => [project, { project }]),
  ["pca, dim 32", { dim: 32 }],
  ["pca, dim 128", { dim: 128 }],
]);
await compare("Combination, lambda 1, norm sym", [
  ["concat", {}],
  ["mean (each projected by itself)", { combine: "mean" }],
  ...Object.keys(dataset.features).map((name) => [`${name} alone`, { modalities: [name] }]),
]);
await backend.dispose();
await dataset.close();

/** What the figures below have to be held against: no meaning, no content, and the right values at the wrong users. */
async function controls() {
  const initializer = await fit({});
  const columns = initializer.dim;
  const items = initializer.itemTable();
  const users = initializer.transform(train);
  const random = core.createRandom(999, "controls");
  const order = Array.from({ length: train.userCount }, (_, u) => u);
  for (let u = order.length - 1; u > 0; u--) {
    const other = random.integer(u + 1);
    [order[u], order[other]] = [order[other], order[u]];
  }
  const permuted = new Float32Array(users.length);
  for (const [u, from] of order.entries()) {
    permuted.set(users.subarray(from * columns, (from + 1) * columns), u * columns);
  }
  // One column: every user 1, every item its degree, which ranks by popularity.
  const popularity = {
    users: new Float32Array(train.userCount).fill(1),
    items: Float32Array.from(core.itemDegrees(train)),
    columns: 1,
  };
  const rows = [];
  for (const [label, tables] of [
    ["default preset", { users, items, columns }],
    ["its user rows permuted", { users: permuted, items, columns }],
    ["random users", { users: users.map(() => random.normal()), items, columns }],
    ["popularity", popularity],
  ]) {
    const { recall, ndcg } = (await zeroShot(tables, split, { backend })).cuts[0];
    rows.push(`| ${label} | ${recall.toFixed(4)} | ${ndcg.toFixed(4)} |`);
  }
  console.log(
    "\n### The default preset and its controls\n\n| users | Recall@20, dot | NDCG@20, dot |\n| --- | --- | --- |",
  );
  console.log(rows.join("\n"));
}
