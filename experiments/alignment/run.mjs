// Runs what plan.mjs lists. Each step that ends is a line of <runs>/<dataset>.jsonl and is not run again, so that the command
// can be stopped and continued; then results/<dataset>.json and the tables of docs/experiments.md are written anew.
//
//   npm run experiments:alignment -- path/to/data --runs folder [--datasets tiktok] [--arms cca,pretrain] [--train]
//     [--seconds 150]
//
// Settings are chosen on validation rows; test rows are read once, for what was chosen. `--train` trains AlignRec as well.
// `--seconds` is the time after which no further step begins.

import { join } from "node:path";
import { parseArgs } from "node:util";
import { readMmrecDataset } from "@wellbegun/adapters/node";
import { wasm } from "@wellbegun/core";
import { measureCandidate, measureChosen, measureTraining } from "./measure.mjs";
import { arms, datasets, shapeOf } from "./plan.mjs";
import { addRun, nextStep, readRuns } from "./runs.mjs";
import { summarize, writeTables } from "./table.mjs";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    runs: { type: "string" },
    datasets: { type: "string" },
    arms: { type: "string" },
    train: { type: "boolean", default: false },
    seconds: { type: "string", default: "Infinity" },
  },
});
const [data] = positionals;
if (data === undefined || values.runs === undefined) {
  console.error(
    "usage: node experiments/alignment/run.mjs <folder of datasets> --runs <folder> [--datasets <names>] [--arms <names>] [--train] [--seconds <number>]",
  );
  process.exit(2);
}
const names = chosen("arms", values.arms, Object.keys(arms));
// Without relaxed SIMD the figures are the same on every machine.
const backend = await wasm({ threads: 1, relaxed: false });
for (const name of chosen("datasets", values.datasets, datasets)) {
  const file = join(values.runs, `${name}.jsonl`);
  const dataset = await readMmrecDataset(join(data, name));
  const plan = { arms: names, shape: shapeOf(dataset.features), train: values.train };
  const done = () => readRuns(file, plan.shape);
  for (let step = nextStep(done(), plan); step; step = nextStep(done(), plan)) {
    if (process.uptime() > Number(values.seconds)) break;
    const cpu = process.cpuUsage();
    const found = await measure(dataset, step);
    const { user, system } = process.cpuUsage(cpu);
    addRun(file, { ...step, cpuSeconds: Math.round((user + system) / 1e5) / 10, ...found }, plan.shape);
    console.error(`${name}, ${Object.values(step).join(", ")}: ${((user + system) / 1e6).toFixed(1)} CPU s`);
  }
  summarize(name, done(), plan.shape);
  await dataset.close();
}
await backend.dispose();
writeTables();

/** @param {import("./measure.mjs").Dataset} dataset @param {import("./runs.mjs").Step} step */
async function measure(dataset, step) {
  const { arm, candidate, seed = 0, permuted = false } = step;
  if (step.step === "candidate") return await measureCandidate(dataset, arm, candidate, backend);
  if (step.step === "chosen") return await measureChosen(dataset, arm, candidate, backend);
  return await measureTraining(dataset, { arm, candidate, seed, permuted }, backend);
}

/** @param {string} option @param {string | undefined} given @param {readonly string[]} known */
function chosen(option, given, known) {
  const found = given?.split(",") ?? known;
  const unknown = found.find((name) => !known.includes(name));
  if (unknown === undefined) return found;
  console.error(`--${option}: expected names of ${known.join(", ")}, found ${unknown}`);
  return process.exit(2);
}
