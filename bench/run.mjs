#!/usr/bin/env node
/**
 * Our side and Python's, side by side on the same cores with the same number of threads: Markdown on standard output,
 * JSON as well with --out. README.md says what is timed.
 *
 *   npm run bench -- --sizes tiktok,baby384 --threads 1,2 --clusters 8,64 --dim 0,64
 */

import { mkdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { bytes, choice, commandLine, list, wholeNumber, wholeNumbers } from "./lib/arguments.mjs";
import { findDataset } from "./lib/datasets.mjs";
import { surroundings } from "./lib/machine.mjs";
import { measureCell } from "./lib/measure.mjs";
import { canPin } from "./lib/process.mjs";
import { comparisonText } from "./lib/report.mjs";
import { ourSides, peerNames, pythonSides } from "./lib/sides.mjs";
import { sizeOf } from "./lib/sizes.mjs";
import { backendNames } from "./sides/backends.mjs";

const { values } = commandLine({
  options: {
    sizes: { type: "string", default: "tiktok,baby384,baby4096,elec384,elec4096" },
    threads: { type: "string", default: "1,2" },
    clusters: { type: "string", default: "8,64" },
    dim: { type: "string", default: "0,64" },
    repeats: { type: "string", default: "5" },
    warm: { type: "string", default: "2" },
    settle: { type: "string", default: "2" },
    "fill-cache": { type: "boolean", default: false },
    backends: { type: "string", default: "auto" },
    peers: { type: "string", default: "sklearn,faiss" },
    python: { type: "string", default: process.env.WELLBEGUN_PYTHON ?? "python3" },
    write: { type: "boolean", default: false },
    memory: { type: "string" },
    "init-size": { type: "string" },
    pin: { type: "string", default: canPin ? "on" : "off" },
    cache: { type: "string", default: join(tmpdir(), "wellbegun-bench") },
    out: { type: "string" },
  },
});
const sizes = list(values.sizes).map((name) => ({ name, ...sizeOf(name) }));
const threads = wholeNumbers("threads", values.threads, 1);
const clusters = wholeNumbers("clusters", values.clusters, 1);
const dims = wholeNumbers("dim", values.dim, 0);
const repeats = wholeNumber("repeats", values.repeats, 1);
const warm = wholeNumber("warm", values.warm, 0);
const settle = wholeNumber("settle", values.settle, 0);
const fill = values["fill-cache"] ? values.cache : undefined;
const memory = values.memory === undefined ? undefined : bytes("memory", values.memory);
const initSize =
  values["init-size"] === undefined ? undefined : wholeNumber("init-size", values["init-size"], 1);
const pin = choice("pin", values.pin, canPin ? ["on", "off"] : ["off"]) === "on";
const backends = list(values.backends).map((name) => choice("backends", name, backendNames));
const tables = values.write ? join(values.cache, "tables") : undefined;

const ours = await ourSides(backends);
const peers = list(values.peers).map((name) => choice("peers", name, peerNames));
const python = pythonSides(values.python, peers);
const sides = [...ours.sides, ...python.sides];
/** @type {import("./lib/report.mjs").Comparison} */
const comparison = {
  surroundings: surroundings(),
  settings: {
    repeats,
    warm,
    settle,
    filled: fill !== undefined,
    pinned: pin,
    tables: values.write ? "written to .npy files" : "kept in memory",
    memory: memory ?? null,
    initSize: initSize ?? null,
  },
  datasets: {},
  absent: [...ours.absent, ...python.absent],
  cells: [],
};
for (const { name, reason } of comparison.absent) log(`absent: ${name} (${reason})`);

for (const { name: size, dataset, modalities } of sizes) {
  const { folder, source } = await findDataset(dataset, values.cache);
  comparison.datasets[dataset] = source;
  for (const dim of dims) {
    for (const k of clusters) {
      for (const count of threads) {
        log(`${size}, ${dim === 0 ? "no projection" : `dim ${dim}`}, K ${k}, ${count} thread(s)`);
        const cell = {
          size,
          folder,
          modalities,
          dim,
          clusters: k,
          threads: count,
          memory,
          initSize,
          out: tables,
        };
        const results = await measureCell(cell, sides, { repeats, warm, settle, pin, fill }, (note) =>
          log(`  ${note}`),
        );
        comparison.cells.push({ size, dim, clusters: k, threads: count, sides: results });
        // Written after every cell, so that an interrupted run keeps its results.
        if (values.out !== undefined) await save(values.out);
      }
    }
  }
}
if (tables !== undefined) await rm(tables, { recursive: true, force: true });
if (fill !== undefined) await rm(join(fill, "filler"), { force: true });
console.log(comparisonText(comparison));

/** @param {string} path without an ending */
async function save(path) {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(`${path}.json`, `${JSON.stringify(comparison, null, 2)}\n`);
  await writeFile(`${path}.md`, comparisonText(comparison));
}

/** @param {string} text */
function log(text) {
  process.stderr.write(`${text}\n`);
}
