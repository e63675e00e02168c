#!/usr/bin/env node
/**
 * Our side of the comparison, in a process of its own: reads a dataset, fits, keeps or writes the tables, and prints
 * the same JSON as bench/python/reference.py.
 *
 *   node bench/sides/ours.mjs path/to/dataset --clusters 8 --dim 64 --threads 1 --repeat 5
 */

import { parseArgs } from "node:util";

const started = performance.now();
const { fitInto } = await import("@wellbegun/core");
const { readMmrecDataset } = await import("@wellbegun/adapters/node");
const { openBackend } = await import("./backends.mjs");
const { timeFirstReads } = await import("./first-reads.mjs");
const { peakBytes } = await import("./peak-memory.mjs");
const { fileSink, memorySink } = await import("./sinks.mjs");

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    modalities: { type: "string" },
    clusters: { type: "string", default: "8" },
    dim: { type: "string", default: "64" },
    backend: { type: "string", default: "auto" },
    threads: { type: "string", default: "1" },
    repeat: { type: "string", default: "1" },
    seed: { type: "string", default: "999" },
    memory: { type: "string" },
    "init-size": { type: "string" },
    out: { type: "string" },
  },
});
const [dataset] = positionals;
if (dataset === undefined) throw new Error("usage: node bench/sides/ours.mjs <dataset> [options]");
const dim = Number(values.dim);
const backend = await openBackend(values.backend, Number(values.threads));
const importSeconds = (performance.now() - started) / 1000;

/** The options that make both sides compute the same: one k-means run, both terms, the fused tables only. */
const options = /** @type {const} */ ({
  clusters: Number(values.clusters),
  lambda: 0.5,
  normalization: "sym",
  restarts: 1,
  maxIterations: 100,
  tolerance: 1e-4,
  prepare: "center+l2",
  scale: "xavier",
  seed: Number(values.seed),
});
const seeds = values["init-size"] === undefined ? {} : { initSize: Number(values["init-size"]) };
const projection = dim === 0 ? { project: /** @type {const} */ ("none") } : { dim };

/** @type {Awaited<ReturnType<typeof runOnce>>[]} */
const runs = [];
for (let repeat = 0; repeat < Number(values.repeat); repeat++) runs.push(await runOnce());
const last = runs.at(-1);
console.log(
  JSON.stringify({
    versions: { node: process.versions.node },
    threads: backend.capabilities.threads ?? 1,
    device: backend.capabilities.device,
    import_seconds: importSeconds,
    seconds: Object.fromEntries(
      Object.keys(last?.seconds ?? {}).map((stage) => [stage, runs.map((run) => run.seconds[stage])]),
    ),
    end_to_end_seconds: runs.map(({ total }) => total),
    cpu_seconds: runs.map(({ cpu }) => cpu),
    ...last?.facts,
    peak_rss_bytes: peakBytes(),
  }),
);
await backend.dispose();

async function runOnce() {
  const begun = performance.now();
  const busy = process.cpuUsage();
  const data = await readMmrecDataset(/** @type {string} */ (dataset), {
    ...(values.modalities === undefined ? {} : { modalities: values.modalities.split(",") }),
    // As `init` does: the fit checks the values and finds missing rows on its own first pass.
    missing: "none",
    finite: false,
  });
  const opened = (performance.now() - begun) / 1000;
  const { features, seconds: readSeconds } = timeFirstReads(data.features);
  const sink = values.out === undefined ? memorySink() : fileSink(values.out);
  const memory = values.memory === undefined ? undefined : Number(values.memory);
  const { report, times } = await fitInto(
    { train: data.train, features },
    { ...options, ...seeds, ...projection, backend, memory, perModality: false, initializer: false },
    sink,
  );
  await sink.finish();
  await data.close();
  const total = (performance.now() - begun) / 1000;
  const { user, system } = process.cpuUsage(busy);
  const cpu = (user + system) / 1e6;

  /** @type {Record<string, number>} */
  const seconds = { load: opened + readSeconds() };
  for (const [stage, milliseconds] of Object.entries(times)) seconds[stage] = milliseconds / 1000;
  seconds.prepare = (seconds.prepare ?? 0) - readSeconds();
  const clusters = Object.entries(report.clusters);
  return {
    total,
    cpu,
    seconds,
    facts: {
      input: report.input,
      inertia: Object.fromEntries(clusters.map(([name, { inertia }]) => [name, inertia])),
      iterations: Object.fromEntries(clusters.map(([name, { iterations }]) => [name, iterations])),
      explained: Object.values(report.explained)[0] ?? null,
    },
  };
}
