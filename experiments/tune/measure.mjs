// Time of a search in user CPU seconds on one thread, and what it found.
//
//   npm run build && node experiments/tune/measure.mjs path/to/tiktok 200

import { readMmrecDataset } from "@wellbegun/adapters/node";
import { wasm } from "@wellbegun/core";
import { tune } from "@wellbegun/tune";

const [folder, trials = "200"] = process.argv.slice(2);
if (folder === undefined) {
  console.error("usage: node experiments/tune/measure.mjs <dataset folder> [trials]");
  process.exit(2);
}
const { features, train, validation, close } = await readMmrecDataset(folder);
const backend = await wasm({ threads: 1 });
const before = process.cpuUsage();
const begun = performance.now();
const found = await tune({ features, train, validation }, { backend, budget: { trials: Number(trials) } });
const cpu = process.cpuUsage(before).user / 1e6;
const wall = (performance.now() - begun) / 1000;
console.log(
  `${found.trials.length} trials, ${cpu.toFixed(1)} s of user CPU time, ${wall.toFixed(1)} s by the clock`,
);
console.log(JSON.stringify({ best: found.best, comparison: found.comparison }, null, 2));
for (const { setting, importance } of found.importances) console.log(setting, importance.toFixed(3));
await backend.dispose();
await close();
