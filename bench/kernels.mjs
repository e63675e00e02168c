#!/usr/bin/env node
/**
 * GFLOP/s of every backend operation at the shapes of the datasets, for every backend that is present, and what it costs
 * to start one. Prints Markdown. The rules by which `resolveBackend("auto")` decides rest on these figures: the time
 * of the processors counts (all threads of the process, a software GPU's among them), which is the same on a
 * machine that others share.
 *
 *   npm run bench:kernels -- --sizes tiktok,baby384 --backends wasm,cpu --threads 1,2
 *   WELLBEGUN_PEERS=path npm run bench:kernels -- --backends wasm,onnx:cpu,webgpu --operations assign --clusters 16,64
 *
 * `--width 1024` leaves the first columns of the features. `--backends all` is everything; absent backends are
 * listed with the reason.
 */

import { denseFeatures, fit, interactionsFromArrays } from "@wellbegun/core";
import { generateDataset, presets } from "@wellbegun/synthetic";
import { choice, commandLine, list, wholeNumber, wholeNumbers } from "./lib/arguments.mjs";
import { surroundings, surroundingsText } from "./lib/machine.mjs";
import { figure, spread, table } from "./lib/markdown.mjs";
import { operationsOn } from "./lib/operations.mjs";
import { sizeOf } from "./lib/sizes.mjs";
import { summarize } from "./lib/statistics.mjs";
import { backendNames, openBackend } from "./sides/backends.mjs";

const { values } = commandLine({
  options: {
    sizes: { type: "string", default: "tiktok,baby384,baby4096" },
    backends: { type: "string", default: "wasm-relaxed,wasm-plain,cpu" },
    threads: { type: "string", default: "1,2" },
    repeats: { type: "string", default: "5" },
    operations: { type: "string", default: "" },
    clusters: { type: "string", default: "8,64" },
    width: { type: "string" },
  },
});
const repeats = wholeNumber("repeats", values.repeats, 1);
const threads = wholeNumbers("threads", values.threads, 1);
const backends =
  values.backends === "all"
    ? backendNames.filter((name) => name !== "auto")
    : list(values.backends).map((name) => choice("backends", name, backendNames));
const clusters = wholeNumbers("clusters", values.clusters, 1);
const widest = values.width === undefined ? Number.POSITIVE_INFINITY : wholeNumber("width", values.width, 1);
/** Bytes of the user table: large enough to leave the caches, small enough for every backend. */
const USER_TABLE_BYTES = 256 * 2 ** 20;

/** Number of k-means runs of a whole fit, as few as suffice. */
const FIT_RESTARTS = 1;

/** @typedef {import("./lib/operations.mjs").Shape & { data: import("@wellbegun/core").FitInput }} Shape */

console.log(`# Operations\n\n${surroundingsText(surroundings())}`);
console.log(
  `- median of ${repeats} calls, of operations after two more [min-max]; CPU ms of all threads of the process, the least of them; each call with the wait for its end, a value read back;\n` +
    "- flops are those of the plain algorithm, GFLOP/s those by the CPU time\n",
);
for (const size of list(values.sizes)) {
  const shape = shapeOf(size);
  console.log(`## ${size}: ${shape.items} items, ${shape.width} wide\n`);
  /** @type {string[][]} */
  const rows = [];
  for (const name of backends) {
    for (const count of threads) rows.push(...(await measureBackend(name, count, shape)));
  }
  const header = ["operation", "backend", "threads", "ms", "CPU ms", "GFLOP/s"];
  console.log(`${table(header, byOperation(rows))}\n`);
}

/**
 * @param {string} name
 * @param {number} count
 * @param {Shape} shape
 */
async function measureBackend(name, count, shape) {
  const started = processorTime();
  let backend;
  try {
    backend = await openBackend(name, count);
    await firstProduct(backend);
  } catch (error) {
    console.log(`- absent: ${name} (${error instanceof Error ? error.message : error})\n`);
    return [];
  }
  const { threads: used = 1 } = backend.capabilities;
  const rows = [["start, first product", name, `${used}`, "", figure(processorTime() - started), ""]];
  try {
    // The same figures again under another number of threads would only mislead.
    if (count !== threads[0] && used !== count) return [];
    // A device may go on after a call that returns nothing; reading one value waits for all that came before it.
    const last = await backend.create(1, 1);
    const finished = () => backend.read(last, 0, 1, () => undefined);
    const operations = [...(await operationsOn(backend, shape, clusters)), ...fitsOn(backend, shape)];
    for (const { name: operation, flops, run } of operations) {
      if (!operation.includes(values.operations)) continue;
      for (let warming = 0; warming < (operation.startsWith("whole") ? 0 : 2); warming++) {
        await run();
        await finished();
      }
      const milliseconds = [];
      const processor = [];
      for (let repeat = 0; repeat < repeats; repeat++) {
        const begun = processorTime();
        const started = performance.now();
        await run();
        await finished();
        milliseconds.push(performance.now() - started);
        processor.push(processorTime() - begun);
      }
      const least = Math.min(...processor);
      const rate = flops === 0 ? "" : (flops / least / 1e6).toFixed(2);
      rows.push([operation, name, `${used}`, spread(summarize(milliseconds)), figure(least), rate]);
    }
  } finally {
    await backend.dispose();
  }
  return rows;
}

/**
 * Whole fits, of which each backend does some parts well and others less so.
 * @param {import("@wellbegun/core").Backend} backend
 * @param {Shape} shape
 * @returns {import("./lib/operations.mjs").Operation[]}
 */
function fitsOn(backend, { data }) {
  return clusters.map((count) => ({
    name: `whole fit, K ${count}`,
    flops: 0,
    run: () => fit(data, { clusters: count, restarts: FIT_RESTARTS, backend }),
  }));
}

/** Milliseconds that the processors have worked for this process. */
function processorTime() {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

/**
 * Counts one-time work of a device, such as compiling a kernel, as part of its start.
 * @param {import("@wellbegun/core").Backend} backend
 */
async function firstProduct(backend) {
  const [a, b, out] = [
    await backend.create(64, 64),
    await backend.create(64, 64),
    await backend.create(64, 64),
  ];
  await backend.multiply(a, b, out);
  await backend.read(out, 0, 64, () => undefined);
  for (const matrix of [a, b, out]) matrix.dispose();
}

/**
 * Synthetic content in the shape of a size, with one modality, and as many users as fit the user table.
 * @param {string} size
 * @returns {Shape}
 */
function shapeOf(size) {
  const { dataset, modalities } = sizeOf(size);
  const generated = generateDataset(presets[dataset]);
  const modality = modalities[0] ?? "";
  const source = generated.features[modality];
  if (source === undefined) throw new Error(`${size}: expected the modality ${modality}, found none`);
  const { rows: items, columns } = source;
  const width = Math.min(columns, widest);
  const features = new Float32Array(items * width);
  const row = new Float32Array(columns);
  for (let item = 0; item < items; item++) {
    source.read(item, 1, row);
    features.set(row.subarray(0, width), item * width);
  }
  const all = interactionsFromArrays({
    users: generated.log.users,
    items: generated.log.items,
    userCount: generated.options.users,
    itemCount: generated.options.items,
  });
  const { offsets, items: indices, userCount } = all;
  const users = Math.min(userCount, Math.floor(USER_TABLE_BYTES / (4 * width)));
  const interactions = { rows: users, columns: items, offsets: offsets.subarray(0, users + 1), indices };
  const data = {
    train: all,
    features: { [modality]: denseFeatures(features, items, width) },
  };
  return { items, width, features, interactions, data };
}

/**
 * Groups rows by operation, in the order of first appearance.
 * @param {readonly string[][]} rows
 */
function byOperation(rows) {
  const order = [...new Set(rows.map(([operation]) => operation))];
  return [...rows].sort((a, b) => order.indexOf(a[0]) - order.indexOf(b[0]));
}
