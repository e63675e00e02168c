// Runs what plan.mjs lists, appends a line of JSON for each run, and prints tables of all lines. Runs whose line is there
// are skipped, so that the command can be stopped and continued.
//
//   npm run experiments:starts -- path/to/data --runs runs.jsonl [--seconds 150]
//
// `--seconds` is the time after which no further run begins.

import { appendFileSync, existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { readMmrecDataset } from "@wellbegun/adapters/node";
import { fit, wasm } from "@wellbegun/core";
import { permutedTables, splitOf, zeroShot } from "@wellbegun/evaluation";
import { train } from "@wellbegun/train";
import { arms, datasets, seeds, shared, trainedArms, trainings } from "./plan.mjs";
import { printTables } from "./table.mjs";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { runs: { type: "string" }, seconds: { type: "string", default: "Infinity" } },
});
const [data] = positionals;
if (data === undefined || values.runs === undefined) {
  console.error(
    "usage: node experiments/starts/run.mjs <folder of datasets> --runs <file> [--seconds <number>]",
  );
  process.exit(2);
}
const runs = values.runs;
/** @typedef {Awaited<ReturnType<typeof readMmrecDataset>>} Dataset */
/** @typedef {import("@wellbegun/core").ScoringTables} Tables */

const done = new Set(
  existsSync(runs)
    ? readFileSync(runs, "utf8")
        .trim()
        .split("\n")
        .map((line) => keyOf(JSON.parse(line)))
    : [],
);
const backend = await wasm({ threads: 1 });
/** @type {Map<string, Dataset>} */
const opened = new Map();

/** @param {{ dataset: string, model?: string, arm: string, seed?: number }} run */
function keyOf({ dataset, model, arm, seed }) {
  return JSON.stringify([dataset, model, arm, seed]);
}

/** @param {string} name */
async function open(name) {
  const dataset = opened.get(name) ?? (await readMmrecDataset(join(data ?? "", name)));
  opened.set(name, dataset);
  return dataset;
}

/** @param {Dataset} dataset @param {string} arm @param {number} [seed] @returns {Promise<Tables>} */
async function tablesOf(dataset, arm, seed) {
  const { options, permuted } = arms[arm] ?? { options: {} };
  const model = await fit(dataset, { ...options, backend, perModality: false });
  return permuted ? permutedTables(model, seed) : model;
}

/**
 * Recall on validation and on test rows, of all users with such rows; as in MMRec only train items are masked.
 *
 * @param {Dataset} dataset @param {Tables} tables
 */
async function judge(dataset, tables) {
  const judged = async (/** @type {"validation" | "test"} */ name) => {
    const split = { ...splitOf(dataset, name), seen: dataset.train };
    const { recall, ndcg, perUser, byPopularity } = (await zeroShot(tables, split, { backend })).cuts[0];
    const [cold] = byPopularity;
    return {
      recall,
      ndcg,
      cold: cold.users > 0 ? cold.recall : null,
      perUser: [...perUser.recall].map(rounded),
    };
  };
  return { validation: await judged("validation"), test: await judged("test") };
}
const rounded = (/** @type {number} */ value) => Math.round(value * 1e4) / 1e4;

/** @typedef {{ dataset: string, model?: string, arm: string, seed?: number }} Run */
/** @type {[run: Run, measure: (dataset: Dataset) => Promise<object>][]} */
const planned = [];
for (const dataset of datasets) {
  for (const arm of Object.keys(arms)) {
    planned.push([{ dataset, arm }, async (opened) => judge(opened, await tablesOf(opened, arm))]);
  }
}
for (const { dataset, name, model, epochs } of trainings) {
  for (const seed of seeds) {
    for (const arm of trainedArms) {
      planned.push([
        { dataset, model: name, arm, seed },
        (opened) => measureTraining(opened, arm, seed, model, epochs),
      ]);
    }
  }
}

/**
 * @param {Dataset} dataset @param {string} arm @param {number} seed
 * @param {import("@wellbegun/train").TrainOptions["model"]} model @param {number} epochs
 */
async function measureTraining(dataset, arm, seed, model, epochs) {
  const start = arm === "random" ? {} : await tablesOf(dataset, arm, seed);
  // Test rows stay behind.
  const input = { train: dataset.train, validation: dataset.validation, features: {} };
  const trained = await train(input, { ...shared, model, epochs, seed, start, backend });
  const curve = trained.curve.flatMap(({ epoch, validation }) =>
    validation === undefined ? [] : [[epoch, rounded(validation.recall)]],
  );
  return { bestEpoch: trained.report.bestEpoch, curve, ...(await judge(dataset, trained)) };
}

for (const [run, measure] of planned) {
  if (done.has(keyOf(run))) continue;
  if (process.uptime() > Number(values.seconds)) break;
  const cpu = process.cpuUsage();
  const found = await measure(await open(run.dataset));
  const { user, system } = process.cpuUsage(cpu);
  appendFileSync(runs, `${JSON.stringify({ ...run, cpuSeconds: (user + system) / 1e6, ...found })}\n`);
  console.error(Object.values(run).join(", "));
}
await backend.dispose();
for (const dataset of opened.values()) await dataset.close();
printTables(runs);
