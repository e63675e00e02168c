#!/usr/bin/env node
/**
 * Our side of bench/kmeans.mjs, in a process of its own: prepares a dataset's features, then clusters each modality
 * once for every seed, and prints one JSON object of CPU and wall seconds, inertia and iterations. With `--reach`,
 * which names an inertia for each modality, it takes the fewest iterations whose mean inertia is not above it.
 *
 *   node bench/sides/kmeans.mjs path/to/dataset --modalities text --clusters 64 --threads 1 --seeds 1,2,3
 */

import { parseArgs } from "node:util";
import { readMmrecDataset } from "@wellbegun/adapters/node";
import { kmeans, layoutBlocks, prepareFeatures } from "@wellbegun/core/stages";
import { list, wholeNumber, wholeNumbers } from "../lib/arguments.mjs";
import { openBackend } from "./backends.mjs";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    modalities: { type: "string", default: "" },
    clusters: { type: "string", default: "64" },
    backend: { type: "string", default: "auto" },
    threads: { type: "string", default: "1" },
    seeds: { type: "string", default: "999" },
    reach: { type: "string" },
    "init-size": { type: "string", default: "default" },
    "sample-size": { type: "string" },
  },
});
const [folder] = positionals;
if (folder === undefined) throw new Error("usage: node bench/sides/kmeans.mjs <dataset> [options]");
const threads = wholeNumber("threads", values.threads, 1);
const clusters = wholeNumber("clusters", values.clusters, 1);
const seeds = wholeNumbers("seeds", values.seeds, 0);
/** @type {Record<string, number>} */
const reach = values.reach === undefined ? {} : JSON.parse(values.reach);
const backend = await openBackend(values.backend, threads);
const initSize = initSizeOf(values["init-size"]);
const { "sample-size": sample } = values;
const sampleSize = sample === undefined ? undefined : wholeNumber("sample-size", sample, clusters);
/** Iterations of the library's default. */
const MOST_ITERATIONS = 100;

const data = await readMmrecDataset(folder, {
  ...(values.modalities === "" ? {} : { modalities: list(values.modalities) }),
});
/** @type {{ modality: string, seed: number, cpu: number, wall: number, inertia: number, iterations: number }[]} */
const runs = [];
for (const [modality, source] of Object.entries(data.features)) {
  const all = { residentRows: source.rows, residentBlockRows: source.rows, streamedBlockRows: source.rows };
  const { blocks } = await prepareFeatures(backend, source, {
    prepare: "center+l2",
    zeroRows: "missing",
    layout: layoutBlocks(source.rows, all),
    modality,
  });
  /** @param {number} seed @param {number} maxIterations */
  const cluster = async (seed, maxIterations) =>
    await kmeans(backend, blocks, {
      ...{ clusters, seed, restarts: 1, initSize, sampleSize, maxIterations, tolerance: 1e-4, modality },
    });
  const target = reach[modality];
  const iterations = target === undefined ? MOST_ITERATIONS : await fewestIterations(cluster, target);
  // The first run is not counted: engines compile while it runs.
  for (const [index, seed] of [seeds[0] ?? 0, ...seeds].entries()) {
    const before = now();
    const found = await cluster(seed, iterations);
    const after = now();
    const spent = { cpu: after.cpu - before.cpu, wall: after.wall - before.wall };
    if (index > 0)
      runs.push({ modality, seed, ...spent, inertia: found.inertia, iterations: found.iterations });
  }
  blocks.dispose();
}
await data.close();
console.log(JSON.stringify({ versions: { node: process.versions.node }, runs }));
await backend.dispose();

/**
 * @param {string} text a number of items, `all` of them, or the `default`
 */
function initSizeOf(text) {
  if (text === "default") return undefined;
  return text === "all" ? Number.MAX_SAFE_INTEGER : wholeNumber("init-size", text, 1);
}

/**
 * The fewest iterations whose mean inertia over the seeds is at most `target`, by bisection.
 * @param {(seed: number, maxIterations: number) => Promise<{ inertia: number }>} cluster
 * @param {number} target
 */
async function fewestIterations(cluster, target) {
  let [low, high] = [0, MOST_ITERATIONS];
  while (low < high) {
    const middle = Math.floor((low + Math.min(high, 4 * low + 8)) / 2);
    let inertia = 0;
    for (const seed of seeds) inertia += (await cluster(seed, middle)).inertia / seeds.length;
    if (inertia <= target) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** Seconds: CPU of all threads of this process, and wall. */
function now() {
  const { user, system } = process.cpuUsage();
  return { cpu: (user + system) / 1e6, wall: performance.now() / 1000 };
}
