// Runs what plan.mjs lists. Each run that ends is a line of <runs>/<dataset>.jsonl and is not run again, so that the command
// can be stopped and continued; then results/<dataset>.json and the tables of docs/experiments.md are written anew.
//
//   npm run experiments:starts -- path/to/data --runs folder [--datasets tiktok] [--models bpr,lightgcn] [--arms 3] [--seeds 1] [--seconds 150]
//
// `--arms 3` trains from the first three starts of the plan, which are in order of interest, `--seeds 1` with its first seed.
// `--seconds` is the time after which no further run begins.

import { join } from "node:path";
import { parseArgs } from "node:util";
import { readMmrecDataset } from "@wellbegun/adapters/node";
import { wasm } from "@wellbegun/core";
import { measureTraining, measureUntrained } from "./measure.mjs";
import { seeds as allSeeds, datasets, models, trainedArms } from "./plan.mjs";
import { summarize } from "./results.mjs";
import { addRun, nextRun, readRuns } from "./runs.mjs";
import { writeTables } from "./table.mjs";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    runs: { type: "string" },
    datasets: { type: "string" },
    models: { type: "string" },
    arms: { type: "string", default: "Infinity" },
    seeds: { type: "string", default: "Infinity" },
    seconds: { type: "string", default: "Infinity" },
  },
});
const [data] = positionals;
if (data === undefined || values.runs === undefined) {
  console.error(
    "usage: node experiments/starts/run.mjs <folder of datasets> --runs <folder> [--datasets <names>] [--models <names>] [--arms <number>] [--seeds <number>] [--seconds <number>]",
  );
  process.exit(2);
}
const names = chosen("models", values.models, Object.keys(models));
const arms = Object.keys(trainedArms).slice(0, Number(values.arms));
const seeds = allSeeds.slice(0, Number(values.seeds));
const backend = await wasm({ threads: 1 });
for (const dataset of chosen("datasets", values.datasets, datasets)) {
  const file = join(values.runs, `${dataset}.jsonl`);
  await runAll(dataset, file);
  summarize(dataset, readRuns(file));
}
await backend.dispose();
writeTables();

/** @param {string} dataset @param {string} file */
async function runAll(dataset, file) {
  const opened = await readMmrecDataset(join(data ?? "", dataset));
  const next = () => nextRun(readRuns(file), names, arms, seeds);
  for (let run = next(); run !== undefined; run = next()) {
    if (process.uptime() > Number(values.seconds)) break;
    const cpu = process.cpuUsage();
    const found =
      run.model === undefined
        ? await measureUntrained(opened, run.arm, backend)
        : await measureTraining(opened, dataset, run, backend);
    const { user, system } = process.cpuUsage(cpu);
    const done = { ...run, cpuSeconds: (user + system) / 1e6, ...found };
    addRun(file, /** @type {import("./runs.mjs").Done} */ (done));
    console.error(
      `${dataset}, ${Object.values(run).join(", ")}: validation Recall@20 ${found.validation.recall.toFixed(4)}`,
    );
  }
  await opened.close();
}

/** @param {string} option @param {string | undefined} given @param {readonly string[]} known */
function chosen(option, given, known) {
  const found = given?.split(",") ?? known;
  const unknown = found.find((name) => !known.includes(name));
  if (unknown === undefined) return found;
  console.error(`--${option}: expected names of ${known.join(", ")}, found ${unknown}`);
  return process.exit(2);
}
