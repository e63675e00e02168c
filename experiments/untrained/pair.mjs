// One pair of tables at given settings, as a whole process: what it takes to read the dataset, compute and stop.
//
//   node experiments/untrained/pair.mjs path/to/dataset '{"k": 96, "exponent": 0.5, "weight": 0.8, "modalities": {…}}'

import { readMmrecDataset } from "@wellbegun/adapters/node";
import { joinModels, spectral, wasm } from "@wellbegun/core";
import { contentModel, joinedAxes } from "./content.mjs";

const [folder, settings] = process.argv.slice(2);
if (folder === undefined || settings === undefined) {
  console.error("usage: node experiments/untrained/pair.mjs <dataset folder> <settings as JSON>");
  process.exit(2);
}
const { k, exponent, weight, modalities } = JSON.parse(settings);
const dataset = await readMmrecDataset(folder);
const backend = await wasm();
const collaborative = await spectral(dataset.train, { k, exponent, backend });
const content = await contentModel(dataset, modalities, joinedAxes, backend);
await joinModels(collaborative, content, { weight, backend });
await backend.dispose();
await dataset.close();
const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage();
console.log(
  JSON.stringify({
    seconds: process.uptime(),
    cpuSeconds: (userCPUTime + systemCPUTime) / 1e6,
    megabytes: Math.round(maxRSS / 1024),
  }),
);
