#!/usr/bin/env node
/**
 * Our side of bench/kmeans.mjs, in a process of its own: prepares a dataset's features, then clusters each modality
 * once for every seed, and prints one JSON object of CPU and wall seconds, inertia and iterations.
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
    "max-iterations": { type: "string", default: "100" },
    operations: { type: "boolean", default: false },
  },
});
const [folder] = positionals;
if (folder === undefined) throw new Error("usage: node bench/sides/kmeans.mjs <dataset> [options]");
const threads = wholeNumber("threads", values.threads, 1);
const opened = await openBackend(values.backend, threads);

/** CPU seconds by backend operation. @type {Record<string, number>} */
let operations = {};
const backend = values.operations ? counted(opened) : opened;

const data = await readMmrecDataset(folder, {
  ...(values.modalities === "" ? {} : { modalities: list(values.modalities) }),
});
/** @type {{ modality: string, seed: number, cpu: number, wall: number, inertia: number, iterations: number, operations: Record<string, number> }[]} */
const runs = [];
for (const [modality, source] of Object.entries(data.features)) {
  const all = { residentRows: source.rows, residentBlockRows: source.rows, streamedBlockRows: source.rows };
  const { blocks } = await prepareFeatures(backend, source, {
    prepare: "center+l2",
    zeroRows: "missing",
    layout: layoutBlocks(source.rows, all),
    modality,
  });
  const seeds = wholeNumbers("seeds", values.seeds, 0);
  // The first one is not counted: engines compile while it runs.
  for (const [index, seed] of [seeds[0] ?? 0, ...seeds].entries()) {
    operations = {};
    const before = now();
    const { inertia, iterations } = await kmeans(backend, blocks, {
      clusters: wholeNumber("clusters", values.clusters, 1),
      seed,
      restarts: 1,
      maxIterations: wholeNumber("max-iterations", values["max-iterations"], 0),
      tolerance: 1e-4,
      modality,
    });
    const after = now();
    const spent = { cpu: after.cpu - before.cpu, wall: after.wall - before.wall };
    if (index > 0) runs.push({ modality, seed, ...spent, inertia, iterations, operations });
  }
  blocks.dispose();
}
await data.close();
console.log(JSON.stringify({ versions: { node: process.versions.node }, runs }));
await opened.dispose();

/** Seconds: CPU of all threads of this process, and wall. */
function now() {
  const { user, system } = process.cpuUsage();
  return { cpu: (user + system) / 1e6, wall: performance.now() / 1000 };
}

/**
 * The backend, whose operations count their CPU seconds.
 * @param {import("@wellbegun/core").Backend} backend
 */
function counted(backend) {
  return new Proxy(backend, {
    get(target, key) {
      const value = Reflect.get(target, key, target);
      if (typeof value !== "function") return value;
      return async (/** @type {unknown[]} */ ...args) => {
        const before = now().cpu;
        try {
          return await value.apply(target, args);
        } finally {
          operations[String(key)] = (operations[String(key)] ?? 0) + now().cpu - before;
        }
      };
    },
  });
}
