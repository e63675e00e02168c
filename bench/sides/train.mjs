#!/usr/bin/env node
/**
 * Our side of the comparison of training, in a process of its own: prints CPU and wall seconds of each epoch, the CPU
 * seconds of each backend operation in the last one, those of an evaluation (validation and test) after it, and the peak
 * of memory, as JSON. To ask for the CPU time of each operation takes a tenth of a small epoch, so that the last epoch's
 * own time does not count.
 *
 *   node bench/sides/train.mjs path/to/dataset --model alignrec --threads 1 --epochs 3
 */

import { parseArgs } from "node:util";
import { readMmrecDataset } from "@wellbegun/adapters/node";
import { train } from "@wellbegun/train";
import { choice, wholeNumber } from "../lib/arguments.mjs";
import { backendNames, openBackend } from "./backends.mjs";
import { peakBytes } from "./peak-memory.mjs";
import { models } from "./train-models.mjs";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    model: { type: "string", default: "alignrec" },
    threads: { type: "string", default: "1" },
    epochs: { type: "string", default: "3" },
    seed: { type: "string", default: "999" },
    backend: { type: "string", default: "wasm-plain" },
  },
});
const [folder] = positionals;
if (folder === undefined) throw new Error("usage: node bench/sides/train.mjs <dataset> [options]");
const model = /** @type {keyof typeof models} */ (choice("model", values.model, Object.keys(models)));
const threads = wholeNumber("threads", values.threads, 1);
const epochs = wholeNumber("epochs", values.epochs, 3);

/** CPU seconds of this process, all threads. */
function cpuSeconds() {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}

/** CPU seconds by operation in the last epoch. @type {Record<string, number>} */
const seconds = {};
/** Whether this is the last epoch. */
let counting = false;

/**
 * The same object, whose functions count their CPU seconds in the last epoch.
 * @template {object} T
 * @param {T} object
 * @param {string} prefix
 * @returns {T}
 */
function counted(object, prefix) {
  return new Proxy(object, {
    get(target, key) {
      const value = Reflect.get(target, key, target);
      const name = `${prefix}${String(key)}`;
      if (key === "training" && target === backend)
        return counted(/** @type {object} */ (value), "training.");
      if (typeof value !== "function") return value;
      if (!counting) return value.bind(target);
      return async (/** @type {unknown[]} */ ...args) => {
        const before = cpuSeconds();
        try {
          return await value.apply(target, args);
        } finally {
          seconds[name] = (seconds[name] ?? 0) + cpuSeconds() - before;
        }
      };
    },
  });
}

const backend = await openBackend(choice("backend", values.backend, backendNames), threads);
const { train: interactions, validation, test, features, close } = await readMmrecDataset(folder);
/** @type {{ cpu: number, wall: number, loss: number, operations?: Record<string, number> }[]} */
const found = [];
const now = () => ({ cpu: cpuSeconds(), wall: performance.now() });
let before = now();
let trained = before;
let evaluation = 0;
await train(
  { train: interactions, validation, test, features },
  {
    model: models[model](),
    epochs,
    evaluateEvery: epochs,
    testMask: "train",
    seed: wholeNumber("seed", values.seed, 0),
    backend: counted(backend, ""),
    onProgress: ({ batch, batches }) => {
      if (batch < batches) return;
      trained = now();
      found.push({
        cpu: trained.cpu - before.cpu,
        wall: (trained.wall - before.wall) / 1000,
        loss: 0,
        ...(counting ? { operations: { ...seconds } } : {}),
      });
    },
    onEpoch: ({ loss }) => {
      const last = found.at(-1);
      if (last !== undefined) last.loss = loss;
      before = now();
      evaluation = before.cpu - trained.cpu;
      counting = found.length === epochs - 1;
    },
  },
);
await backend.dispose();
await close();
console.log(
  JSON.stringify({
    node: process.versions.node,
    model,
    threads,
    epochs: found,
    evaluation,
    peakBytes: peakBytes(),
  }),
);
