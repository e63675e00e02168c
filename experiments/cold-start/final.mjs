// The one look at the TEST rows: everything is chosen on the validation rows first, then every contestant is judged. Prints Markdown and writes results.json beside this file.
//
//   npm run build && node experiments/cold-start/final.mjs path/to/tiktok work/trained [experiments/cold-start/tuned.json]
//
// work/trained/<model>/users.npy and items.npy: what experiments/trained/train.py --save wrote.

import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { readMmrecDataset } from "@wellbegun/adapters/node";
import { decodeNpy, toFloat32 } from "@wellbegun/adapters/npy";
import { createTable, fit, wasm } from "@wellbegun/core";
import {
  evaluateRanker,
  pairedBootstrap,
  permuteRows,
  popularityRanker,
  randomTables,
  rowPermutation,
  splitOf,
  zeroShot,
} from "@wellbegun/evaluation";
import { calibrate, joinTables, shrinkUsers, tuneShrinkage } from "@wellbegun/serving";

const own = fileURLToPath(new URL(".", import.meta.url));
const [folder, trained, config = join(own, "tuned.json")] = process.argv.slice(2);
if (folder === undefined || trained === undefined) {
  console.error("usage: node experiments/cold-start/final.mjs <dataset folder> <trained tables> [config]");
  process.exit(2);
}
const dataset = await readMmrecDataset(folder);
const { train } = dataset;
const backend = await wasm({ threads: 1 });
const validation = splitOf(dataset, "validation");
const test = splitOf(dataset, "test");

/** @typedef {import("@wellbegun/core").ScoringTables} Tables */
/** @param {import("@wellbegun/core").FitOptions} options */
const fitted = async (options) => {
  return await fit(dataset, { ...options, backend, perModality: false });
};
/** The control: the users' rows in another order. @param {Tables} tables */
const permuted = ({ users: { data, rows, columns }, items }) => ({
  users: createTable(permuteRows(data, columns, rowPermutation(rows, 999, "control/users")), rows, columns),
  items,
});
/** @param {string} model @param {string} name */
const load = (model, name) => {
  const array = decodeNpy(readFileSync(join(trained, model, `${name}.npy`)));
  return createTable(toFloat32(array), array.rows, array.columns);
};

const local = await fitted({});
const tuned = await fitted(JSON.parse(readFileSync(config, "utf8")));
const shrinkage = await tuneShrinkage(tuned, validation, {
  strengths: [0, 1, 4, 16, Number.POSITIVE_INFINITY],
  backend,
});
const strength = shrinkage.best.strength;
/** @type {[string, Tables | undefined][]} */
const contestants = [
  ["default (local, lambda 1)", local],
  ["tuned", tuned],
  ["tuned, permuted", permuted(tuned)],
  ["popularity", undefined],
];
/** @type {Record<string, object>} */
const calibrations = {};
for (const name of ["LightGCN", "FREEDOM"]) {
  const model = { users: load(name, "users"), items: load(name, "items") };
  const { slope, offset, joined, alone } = await calibrate(model, tuned, validation, { backend });
  calibrations[name] = { slope, offset, validation: { joined, alone } };
  contestants.push([name, model]);
  contestants.push([`${name} joined with tuned`, joinTables(model, tuned, train, { slope, offset })]);
  contestants.push([
    `${name} joined with permuted`,
    joinTables(model, permuted(tuned), train, { slope, offset }),
  ]);
}
contestants.push(
  [`tuned, shrunk to popularity, s ${strength}`, shrinkUsers(tuned, train, { strength })],
  [`permuted, shrunk to popularity, s ${strength}`, shrinkUsers(permuted(tuned), train, { strength })],
  ["default, permuted", permuted(local)],
  ["random", randomTables(train.userCount, train.itemCount, 64)],
  ["global (lambda 0)", await fitted({ lambda: 0 })],
  ["paper (lambda 0.1)", await fitted({ preset: "paper" })],
);

/** @type {{ name: string, test: object }[]} */
const rows = [];
/** @type {Record<string, { recall: Float64Array }>} */
const perUser = {};
console.log("| users | Recall@20 | NDCG@20 | Recall@20 of cold items | Recall@20, users of 1-2 items |");
console.log("| --- | --- | --- | --- | --- |");
for (const [name, tables] of contestants) {
  const judge = async (/** @type {import("@wellbegun/evaluation").EvaluationSplit} */ split) => {
    const ranker = popularityRanker(train);
    const found =
      tables === undefined ? await evaluateRanker(ranker, split) : await zeroShot(tables, split, { backend });
    const { recall, ndcg, byPopularity, byDegree, perUser: each } = found.cuts[0];
    perUser[name] = each;
    const few = byDegree.find(({ group }) => group === "1-2");
    return {
      recall,
      ndcg,
      cold: byPopularity[0].recall,
      coldUsers: byPopularity[0].users,
      few: few?.recall ?? 0,
      users: found.users,
    };
  };
  const row = { name, test: await judge(test) };
  rows.push(row);
  const figures = [row.test.recall, row.test.ndcg, row.test.cold, row.test.few];
  console.log(`| ${name} | ${figures.map((value) => value.toFixed(4)).join(" | ")} |`);
}
const against = (/** @type {string} */ a, /** @type {string} */ b) =>
  pairedBootstrap(perUser[a].recall, perUser[b].recall);
const comparisons = {
  "tuned - default": against("tuned", "default (local, lambda 1)"),
  "LightGCN joined - alone": against("LightGCN joined with tuned", "LightGCN"),
  "FREEDOM joined - alone": against("FREEDOM joined with tuned", "FREEDOM"),
};
console.log(JSON.stringify({ strength, calibrations, comparisons }, null, 2));
const tried = shrinkage.tried.map((one) => ({
  strength: `${one.strength}`,
  recall: one.evaluation.cuts[0].recall,
}));
writeFileSync(
  join(own, "results.json"),
  `${JSON.stringify({ rows, strength, tried, calibrations, comparisons }, null, 2)}\n`,
);
await backend.dispose();
await dataset.close();
