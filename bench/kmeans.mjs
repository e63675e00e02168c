#!/usr/bin/env node
/**
 * k-means with many clusters beside FAISS and scikit-learn on the same cores: CPU and wall seconds of one run, and its
 * inertia. Our side has the default seeds, which are drawn from a sample where there are many clusters, and seeds from all
 * items, each until it converges and as far as FAISS's inertia after its 25 iterations; and, until it converges, the centroids of
 * samples (--sample-sizes). Prints Markdown, and JSON as well with --out.
 *
 *   npm run bench:kmeans -- --sizes tiktok,baby384,elec384 --clusters 64,256 --threads 1,2
 */

import { mkdir, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { choice, commandLine, list, UsageError, wholeNumber, wholeNumbers } from "./lib/arguments.mjs";
import { findDataset } from "./lib/datasets.mjs";
import { surroundings, surroundingsText } from "./lib/machine.mjs";
import { figure, table } from "./lib/markdown.mjs";
import { canPin, runJson } from "./lib/process.mjs";
import { absentKmeans, absentText } from "./lib/python.mjs";
import { sizeOf } from "./lib/sizes.mjs";
import { summarize } from "./lib/statistics.mjs";

/** @typedef {{ modality: string, seed: number, cpu: number, wall: number, inertia: number, iterations: number }} Run */

const { values } = commandLine({
  options: {
    sizes: { type: "string", default: "tiktok,baby384,elec384" },
    clusters: { type: "string", default: "64,256" },
    threads: { type: "string", default: "1,2" },
    seeds: { type: "string", default: "1,2,3" },
    repeats: { type: "string", default: "3" },
    peers: { type: "string", default: "faiss,sklearn" },
    "init-sizes": { type: "string", default: "default,all" },
    "sample-sizes": { type: "string", default: "" },
    ends: { type: "string", default: "converged,inertia" },
    pin: { type: "string", default: canPin ? "on" : "off" },
    python: { type: "string", default: process.env.WELLBEGUN_PYTHON ?? "python3" },
    cache: { type: "string", default: join(tmpdir(), "wellbegun-bench") },
    out: { type: "string" },
  },
});
const repeats = wholeNumber("repeats", values.repeats, 1);
const initSizes = list(values["init-sizes"]);
const sampleSizes = wholeNumbers("sample-sizes", values["sample-sizes"], 1);
const ends = list(values.ends).map((name) => choice("ends", name, ["converged", "inertia"]));
const pin = choice("pin", values.pin, canPin ? ["on", "off"] : ["off"]) === "on";
/** @type {import("./lib/python.mjs").Absent[]} */
const absent = [];
const peers = list(values.peers).filter((name) => {
  const missing = absentKmeans(values.python, name, choice("peers", name, ["faiss", "sklearn"]));
  if (missing !== undefined) absent.push(missing);
  return missing === undefined;
});
if (!peers.includes("faiss")) {
  const missing = absent.find(({ name }) => name === "faiss");
  const found = missing === undefined ? values.peers : `${missing.reason}. To have it: ${missing.hint}`;
  throw new UsageError(`--peers: expected faiss among them, which sets the inertia; found ${found}`);
}
for (const { name, reason } of absent) process.stderr.write(`absent: ${name} (${reason})\n`);
const file = (/** @type {string} */ path) => fileURLToPath(new URL(path, import.meta.url));

/** What the names of our sides end in that stop where they have FAISS's inertia. */
const REACHING = ", FAISS's inertia";

const rows = [];
const cells = [];
const where = surroundings();
for (const size of list(values.sizes)) {
  const { dataset, modalities } = sizeOf(size);
  const { folder } = await findDataset(dataset, values.cache);
  for (const clusters of wholeNumbers("clusters", values.clusters, 1)) {
    for (const threads of wholeNumbers("threads", values.threads, 1)) {
      const common = [
        ...[folder, "--modalities", modalities.join(","), "--seeds", values.seeds],
        ...["--clusters", `${clusters}`, "--threads", `${threads}`],
      ];
      const ours = [process.execPath, file("sides/kmeans.mjs"), ...common];
      const theirs = (/** @type {string} */ name) => [
        ...[values.python, file("python/kmeans.py"), ...common, "--kmeans", name],
      ];
      /** @type {Record<string, Run[]>} */
      const found = {};
      const measure = async (/** @type {string} */ side, /** @type {string[]} */ command) => {
        const { output } = await runJson(command, pin ? threads : undefined);
        Object.assign(where.versions, output.versions);
        found[side] = [...(found[side] ?? []), ...output.runs];
        process.stderr.write(`${size}, K ${clusters}, ${threads} thread(s): ${side}\n`);
      };
      // The sides take turns, so that other load affects all of them equally.
      for (let repeat = 0; repeat < repeats; repeat++) {
        for (const name of peers) await measure(name, theirs(name));
        const inertia = Object.fromEntries(
          modalities.map((name) => [name, mean(found.faiss ?? [], name, "inertia")]),
        );
        for (const initSize of initSizes) {
          const name = initSize === "default" ? "ours" : `ours, seeds from ${initSize} items`;
          const command = [...ours, "--init-size", initSize];
          if (ends.includes("converged")) await measure(name, command);
          if (ends.includes("inertia")) {
            await measure(`${name}${REACHING}`, [...command, "--reach", JSON.stringify(inertia)]);
          }
        }
        for (const sampleSize of sampleSizes) {
          await measure(`ours, centroids from ${sampleSize} items`, [
            ...ours,
            "--sample-size",
            `${sampleSize}`,
          ]);
        }
      }
      cells.push({ size, clusters, threads, sides: found });
      for (const modality of modalities) rows.push(...lines(found, size, clusters, threads, modality));
    }
  }
}

const text = [
  "# k-means",
  "",
  surroundingsText(where),
  `- one run for each of the seeds ${values.seeds}, in each of ${repeats} processes of each side in turn; medians of seconds, means of inertia and iterations; the first run of a process is left out; a side that does not reach FAISS's inertia converges, and says so; ${pin ? "each process held to as many cores as threads" : "processes not held to cores"}`,
  "",
  ...(absent.length === 0 ? [] : [absentText(absent), ""]),
  table(
    [
      "size",
      "modality",
      "K",
      "threads",
      "side",
      "CPU s",
      "/ FAISS",
      "wall s",
      "/ FAISS",
      "inertia",
      "iterations",
    ],
    rows,
  ),
].join("\n");
console.log(text);
if (values.out !== undefined) {
  await mkdir(dirname(values.out), { recursive: true });
  await writeFile(`${values.out}.json`, `${JSON.stringify({ surroundings: where, cells }, null, 2)}\n`);
  await writeFile(`${values.out}.md`, `${text}\n`);
}

/**
 * @param {Record<string, Run[]>} sides
 * @param {string} size
 * @param {number} clusters
 * @param {number} threads
 * @param {string} modality
 */
function lines(sides, size, clusters, threads, modality) {
  const of = (/** @type {Run[]} */ runs, /** @type {"cpu" | "wall"} */ what) =>
    summarize(runs.filter((run) => run.modality === modality).map((run) => run[what])).median;
  const faiss = sides.faiss ?? [];
  return Object.entries(sides).map(([side, runs]) => {
    const [cpu, wall] = [of(runs, "cpu"), of(runs, "wall")];
    const found = mean(runs, modality, "inertia");
    const missed = side.endsWith(REACHING) && found > mean(faiss, modality, "inertia") * (1 + 1e-6);
    return [
      ...[size, modality, `${clusters}`, `${threads}`, missed ? `${side}: not reached` : side],
      ...[
        figure(cpu),
        (cpu / of(faiss, "cpu")).toFixed(2),
        figure(wall),
        (wall / of(faiss, "wall")).toFixed(2),
      ],
      ...[found.toFixed(1), mean(runs, modality, "iterations").toFixed(1)],
    ];
  });
}

/**
 * @param {Run[]} runs
 * @param {string} modality
 * @param {"inertia" | "iterations"} what
 */
function mean(runs, modality, what) {
  const own = runs.filter((run) => run.modality === modality);
  return own.reduce((sum, run) => sum + run[what], 0) / own.length;
}
