/**
 * Trains a model on a dataset in MMRec's layout and prints its curve: losses, metrics and seconds by epoch.
 *
 *   node experiments/train/curve.mjs DATASET [--model alignrec] [--epochs 20] [--seed 999] [--threads 1] [--evaluate 5]
 *        [--batch 2048] [--options '{"userItem":0}'] [--modalities image,audio] [--control permuted] [--json FILE] [--trace FOLDER]
 *
 * --control permuted trains on features whose rows are in random order: what the features are worth is the difference to it.
 * --trace writes the initial parameters, every batch and the resulting vectors to a folder, for `run_mmrec.py --trace FOLDER` and
 * `run_cornac.py`, which train MMRec's and Cornac's own classes from that start on those batches.
 *
 * As in the original code only train items are left out of the test lists. CPU seconds are those of the whole process.
 */

import { writeFileSync } from "node:fs";
import { basename, resolve } from "node:path";
import { parseArgs } from "node:util";
import { readMmrecDataset } from "@wellbegun/adapters/node";
import { denseFeatures, wasm } from "@wellbegun/core";
import { permuteRows, rowPermutation } from "@wellbegun/evaluation";
import { alignrec, bpr, freedom, lightgcn, train, vbpr } from "@wellbegun/train";
import { traced, writeVectors } from "./trace.mjs";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    model: { type: "string", default: "alignrec" },
    epochs: { type: "string", default: "20" },
    seed: { type: "string", default: "999" },
    threads: { type: "string", default: "1" },
    batch: { type: "string", default: "2048" },
    evaluate: { type: "string", default: "5" },
    options: { type: "string", default: "{}" },
    modalities: { type: "string" },
    control: { type: "string" },
    json: { type: "string" },
    trace: { type: "string" },
  },
});
const models = { alignrec, bpr, freedom, lightgcn, vbpr };
const define = models[/** @type {keyof typeof models} */ (values.model)];
const modalities = values.modalities?.split(",");
const dataset = await readMmrecDataset(positionals[0] ?? "", { modalities });
const { train: interactions, validation, test } = dataset;
const names = modalities ?? Object.keys(dataset.features);
if (values.control !== undefined && values.control !== "permuted")
  throw new Error("--control takes permuted");
const seed = Number(values.seed);
const features = Object.fromEntries(
  await Promise.all(names.map(async (name) => [name, await featuresOf(name)])),
);
const definition = define(JSON.parse(values.options));
const backend = await wasm({ threads: Number(values.threads) });
let cpu = process.cpuUsage();
const trained = await train(
  { train: interactions, validation, test, features },
  {
    model: values.trace === undefined ? definition : traced(definition, values.trace),
    epochs: Number(values.epochs),
    seed,
    batchSize: Number(values.batch),
    evaluateEvery: Number(values.evaluate),
    testMask: "train",
    patience: 1000,
    backend,
    onEpoch: ({ epoch, loss, trainMs, evaluateMs, validation: found, test: held }) => {
      const used = process.cpuUsage(cpu);
      cpu = process.cpuUsage();
      const metrics =
        found === undefined || held === undefined
          ? ""
          : `  validation R@20 ${found.recall.toFixed(4)}  test R@20 ${held.recall.toFixed(4)} N@20 ${held.ndcg.toFixed(4)}  evaluation ${((evaluateMs ?? 0) / 1000).toFixed(2)} s`;
      const cpuSeconds = (used.user + used.system) / 1e6;
      console.log(
        `epoch ${epoch}  loss ${loss.toFixed(4)}  train ${(trainMs / 1000).toFixed(2)} s  CPU ${cpuSeconds.toFixed(2)} s${metrics}`,
      );
    },
  },
);
console.log(
  `best epoch ${trained.report.bestEpoch}, peak memory ${(process.resourceUsage().maxRSS / 1000).toFixed(0)} MB`,
);
if (values.trace !== undefined) writeVectors(trained, values.trace);
if (values.json !== undefined) {
  const { model, control = null } = values;
  const run = {
    dataset: basename(resolve(positionals[0] ?? "")),
    model,
    options: values.options,
    control,
    seed,
  };
  writeFileSync(values.json, `${JSON.stringify({ ...run, curve: trained.curve })}\n`);
}
await backend.dispose();
await dataset.close();

/** With the control, every modality's rows in one random order: the same values, of other items. @param {string} name */
async function featuresOf(name) {
  const source = dataset.features[name];
  if (source === undefined) throw new Error(`no features named ${name}`);
  if (values.control === undefined) return source;
  const { rows, columns, missing } = source;
  const data = new Float32Array(rows * columns);
  await source.read(0, rows, data);
  const order = rowPermutation(rows, seed, "features");
  const moved = missing && Uint8Array.from(order, (row) => missing[row] ?? 0);
  return denseFeatures(permuteRows(data, columns, order), rows, columns, { missing: moved });
}
