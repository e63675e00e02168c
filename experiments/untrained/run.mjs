// What recommends without training, on every dataset that is named: prints a Markdown table, and writes results.json beside
// this file and the tables of README.md and of this folder's README.md.
//
//   npm run experiments:untrained -- path/to/lfm2k path/to/ml1m …
//
// WELLBEGUN_PYTHON names a Python with NumPy and SciPy, for the same closed forms beside ours; without it they are left out.

import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { basename, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { writeTables } from "./tables.mjs";

const own = (/** @type {string} */ name) => fileURLToPath(new URL(name, import.meta.url));
const folders = process.argv.slice(2);
if (folders.length === 0) {
  console.error("usage: npm run experiments:untrained -- <dataset folder> …");
  process.exit(2);
}
const python = process.env.WELLBEGUN_PYTHON;
if (python === undefined) console.error("svds and NumPy's EASE are left out: WELLBEGUN_PYTHON is not set");

/** @param {string} program @param {string[]} args */
function json(program, args) {
  const stdio = /** @type {const} */ (["ignore", "pipe", "inherit"]);
  return JSON.parse(execFileSync(program, args, { encoding: "utf8", stdio, maxBuffer: 2 ** 28 }));
}

for (const folder of folders) {
  const found = json(process.execPath, [own("dataset.mjs"), folder]);
  found.wholeProcess = json(process.execPath, [own("pair.mjs"), folder, JSON.stringify(found.chosen)]);
  if (python !== undefined) {
    const { k, exponent, lambda } = found.chosen;
    const settings = [found.items, k, exponent, ...(lambda === undefined ? [] : [lambda])].map(String);
    found.peers = json(python, [own("peers.py"), folder, ...settings]);
  }
  found.machine = { node: process.version, cores: availableParallelism() };
  // Read again, since another run may have added a dataset meanwhile.
  const results = { ...readResults(), [basename(resolve(folder))]: found };
  writeFileSync(own("results.json"), `${JSON.stringify(results, null, 2)}\n`);
  print(found);
  writeTables();
}

/** Datasets measured before stay. @returns {Record<string, any>} */
function readResults() {
  try {
    return JSON.parse(readFileSync(own("results.json"), "utf8"));
  } catch {
    return {};
  }
}

/** @param {any} found */
function print({ dataset, chosen, rows, comparisons, coldest, search, wholeProcess, peers }) {
  const fixed = (/** @type {number | null | undefined} */ value, digits = 4) =>
    value === undefined || value === null ? "" : value.toFixed(digits);
  console.log(`\n## ${dataset}\n\nChosen on validation rows: ${JSON.stringify(chosen)}\n`);
  console.log("| test rows | width | Recall@20 (95 %) | NDCG@20 | cold items | seconds | CPU seconds |");
  console.log("| --- | --- | --- | --- | --- | --- | --- |");
  for (const { name, width, recall, low, high, ndcg, cold, seconds, cpuSeconds } of rows) {
    const interval = `${fixed(recall)} (${fixed(low)} to ${fixed(high)})`;
    const cells = [
      name,
      width ?? "",
      interval,
      fixed(ndcg),
      fixed(cold),
      fixed(seconds, 2),
      fixed(cpuSeconds, 2),
    ];
    console.log(`| ${cells.join(" | ")} |`);
  }
  for (const [name, peer] of Object.entries(peers ?? {})) {
    if (name === "megabytes") continue;
    const title = name === "svds" ? "spectral by SciPy's svds" : "EASE by NumPy";
    console.log(
      `| ${title} | | ${fixed(peer.recall)} | | | ${fixed(peer.seconds, 2)} | ${fixed(peer.cpuSeconds, 2)} |`,
    );
  }
  console.log("");
  for (const [name, it] of Object.entries(comparisons)) {
    if (it !== undefined)
      console.log(`- ${name}: ${fixed(it.difference)} (${fixed(it.low)} to ${fixed(it.high)})`);
  }
  const best = rows.find((/** @type {{ name: string }} */ { name }) => name === coldest);
  console.log(
    `- joined tables that find most cold items on validation rows and lose at most 1 % there: ${coldest}, ` +
      (best.cold === null
        ? "no cold item among the test rows"
        : `${fixed(best.cold)} of the cold items, ${fixed(best.recall)} over all`),
  );
  const { seconds, cpuSeconds, megabytes } = wholeProcess;
  console.log(`- search: ${fixed(search.seconds, 1)} s, ${fixed(search.cpuSeconds, 1)} s of CPU time`);
  console.log(
    `- one pair as a whole process: ${fixed(seconds, 1)} s, ${fixed(cpuSeconds, 1)} s of CPU time, ${megabytes} MB`,
  );
}
