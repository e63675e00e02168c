// The measurements behind the default preset: zero-shot Recall@20 and NDCG@20 on a dataset's VALIDATION rows for one
// setting changed at a time. Test rows are never read into a ranking. Prints Markdown.
//
//   npm run build && node bench/defaults/measure.mjs path/to/tiktok

import { readMmrecDataset } from "@wellbegun/adapters/node";
import * as core from "@wellbegun/core";
import { createRandom } from "@wellbegun/core/support";
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
  const tables = { users: initializer.transform(train), items: initializer.items };
  const [dot] = (await zeroShot(tables, split, { backend })).cuts;
  const [cosine] = (await zeroShot(tables, split, { backend, similarity: "cosine" })).cuts;
  return [dot.recall, dot.ndcg, cosine.recall, cosine.ndcg].map((value) => value.toFixed(4));
};
const fit = async (options) => {
  return (await core.fit(dataset, { ...options, backend, perModality: false })).initializer;
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

for (const normalization of core.choices.normalization) {
  const initializer = await fit({ normalization });
  const rows = [];
  for (const lambda of lambdas) rows.push([lambda, ...(await judge(initializer.withLambda(lambda)))]);
  table(`Weight of the local term, normalization ${normalization}, K 8`, "lambda", rows);
}
const byClusters = [];
for (const clusters of [8, 16, 32, 64, 256]) {
  const initializer = await fit({ clusters });
  for (const lambda of [0.9, 0.1, 0]) {
    byClusters.push([`${clusters}, lambda ${lambda}`, ...(await judge(initializer.withLambda(lambda)))]);
  }
}
table("Clusters, normalization sym", "K", byClusters);
const compare = async (title, settings) => {
  const rows = [];
  for (const [label, options] of settings) rows.push([label, ...(await judge(await fit(options)))]);
  table(title, "setting", rows);
};
await compare(
  "Preparation, lambda 1, normalization sym",
  core.choices.prepare.map((prepare) => [prepare, { prepare }]),
);
await compare("Projection, lambda 1, normalization sym", [
  ...core.choices.project.map((project) => [project, { project }]),
  ["pca, dim 32", { dim: 32 }],
  ["pca, dim 128", { dim: 128 }],
]);
await compare("Combination, lambda 1, normalization sym", [
  ["concat", {}],
  ["mean (each projected by itself)", { combine: "mean" }],
  ...Object.keys(dataset.features).map((name) => [`${name} alone`, { modalities: [name] }]),
]);
await backend.dispose();
await dataset.close();

/** The controls for the figures below: random vectors, no content, and permuted rows. */
async function controls() {
  const initializer = await fit({});
  const items = initializer.items;
  const users = initializer.transform(train);
  const { rows: count, columns } = users;
  const random = createRandom(999, "controls");
  const order = Array.from({ length: train.userCount }, (_, u) => u);
  for (let u = order.length - 1; u > 0; u--) {
    const other = random.integer(u + 1);
    [order[u], order[other]] = [order[other], order[u]];
  }
  const permuted = new Float32Array(users.data.length);
  for (const [u, from] of order.entries()) {
    permuted.set(users.data.subarray(from * columns, (from + 1) * columns), u * columns);
  }
  // One column: every user 1, every item its degree, which ranks by popularity.
  const popularity = {
    users: core.createTable(new Float32Array(train.userCount).fill(1), train.userCount, 1),
    items: core.createTable(Float32Array.from(core.itemDegrees(train)), train.itemCount, 1),
  };
  const rows = [];
  for (const [label, tables] of [
    ["default preset", { users, items }],
    ["its user rows permuted", { users: core.createTable(permuted, count, columns), items }],
    [
      "random users",
      {
        users: core.createTable(
          users.data.map(() => random.normal()),
          count,
          columns,
        ),
        items,
      },
    ],
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
