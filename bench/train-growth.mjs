#!/usr/bin/env node
/**
 * CPU time of a training step as the interactions grow: each size in a process of its own, with the exponent between them.
 * Users and items grow with the interactions: ten interactions a user, thirty an item; items are skewed: a tenth of them has
 * about half of the interactions. The batch stays as it is. Prints Markdown.
 *
 *   npm run bench:train-growth -- --models bpr,lightgcn --interactions 30000,100000,300000,1000000
 *
 * The exponent is that of a step. An epoch has as many steps as batches: one more in the exponent. Models that propagate over the
 * whole graph in every step, as the originals do, therefore take the square of the interactions for an epoch.
 */

import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { denseFeatures, interactionsFromArrays, wasm } from "@wellbegun/core";
import { createRandom } from "@wellbegun/core/support";
import { train } from "@wellbegun/train";
import { choice, commandLine, list, wholeNumber, wholeNumbers } from "./lib/arguments.mjs";
import { surroundings, surroundingsText } from "./lib/machine.mjs";
import { table } from "./lib/markdown.mjs";
import { fittedExponent, summarize } from "./lib/statistics.mjs";
import { models } from "./sides/train-models.mjs";

const { values } = commandLine({
  options: {
    models: { type: "string", default: "bpr,vbpr,lightgcn,freedom,alignrec" },
    interactions: { type: "string", default: "30000,100000,300000,1000000" },
    steps: { type: "string", default: "12" },
    features: { type: "string", default: "64" },
    "one-size": { type: "boolean", default: false },
  },
});
const names = list(values.models).map((name) => choice("models", name, Object.keys(models)));
const sizes = wholeNumbers("interactions", values.interactions, 100);
const steps = wholeNumber("steps", values.steps, 4);
const columns = wholeNumber("features", values.features, 1);

/** @typedef {{ interactions: number, users: number, items: number, stepSeconds: number, megabytes: number }} Measured */

if (values["one-size"]) console.log(JSON.stringify(await measure(names[0] ?? "bpr", sizes[0] ?? 100)));
else report();

/** @param {string} name @param {number} count @returns {Promise<Measured>} */
async function measure(name, count) {
  const [userCount, itemCount] = [Math.ceil(count / 10), Math.ceil(count / 30)];
  const random = createRandom(1, "bench/train-growth");
  const users = Uint32Array.from({ length: count }, (_, e) => e % userCount);
  const items = users.map(() => Math.floor(itemCount * random.uniform() ** 3));
  const interactions = interactionsFromArrays({ users, items, userCount, itemCount });
  const values = Float32Array.from({ length: itemCount * columns }, () => random.normal());
  const backend = await wasm({ threads: 1, relaxed: false });
  const stop = new AbortController();
  /** @type {number[]} */
  const seconds = [];
  let before = process.cpuUsage();
  const model = models[/** @type {keyof typeof models} */ (name)]();
  const options = {
    model,
    epochs: steps,
    backend,
    signal: stop.signal,
    onProgress: () => {
      const { user, system } = process.cpuUsage(before);
      before = process.cpuUsage();
      seconds.push((user + system) / 1e6);
      if (seconds.length === steps) stop.abort();
    },
  };
  const features = { content: denseFeatures(values, itemCount, columns) };
  await train({ train: interactions, features }, options).catch((error) => {
    if (!stop.signal.aborted) throw error;
  });
  await backend.dispose();
  return {
    interactions: interactions.items.length,
    users: userCount,
    items: itemCount,
    // The first steps build graphs and compile.
    stepSeconds: summarize(seconds.slice(3)).median,
    megabytes: Math.round(process.resourceUsage().maxRSS / 1024),
  };
}

function report() {
  const own = fileURLToPath(import.meta.url);
  const shared = ["--one-size", "--steps", `${steps}`, "--features", `${columns}`];
  console.log(`# A training step as the interactions grow\n\n${surroundingsText(surroundings())}`);
  console.log(
    `- median CPU seconds of steps 4 to ${steps}, one thread; ${columns} feature columns; batch 2048\n`,
  );
  const rows = names.flatMap((name) => {
    const runs = sizes.map((size) => {
      const args = [own, ...shared, "--models", name, "--interactions", `${size}`];
      return /** @type {Measured} */ (JSON.parse(execFileSync(process.execPath, args, { encoding: "utf8" })));
    });
    const points = runs.map((run) => /** @type {const} */ ([run.interactions, run.stepSeconds]));
    const each = runs.map((run) => [
      name,
      `${run.interactions}`,
      `${run.users}`,
      `${run.items}`,
      run.stepSeconds.toFixed(4),
      `${run.megabytes}`,
    ]);
    return [...each, [name, "exponent", "", "", fittedExponent(points).toFixed(2), ""]];
  });
  console.log(table(["model", "interactions", "users", "items", "CPU s a step", "MB"], rows));
}
