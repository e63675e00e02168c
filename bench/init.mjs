#!/usr/bin/env node
/**
 * What a user waits for: Node itself, a program that imports core and the adapters, `wellbegun --help`, and `wellbegun init` with
 * the defaults, the whole process. Prints Markdown.
 *
 *   npm run bench:init -- --sizes tiktok --memory 500MB
 *
 * The programs take turns, so that other work on the machine slows all of them. Each loads a file of a few lines that writes down
 * its CPU time.
 */

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { commandLine, list, wholeNumber } from "./lib/arguments.mjs";
import { programOf, runCli, runNode } from "./lib/cli-process.mjs";
import { findDataset } from "./lib/datasets.mjs";
import { surroundings, surroundingsText } from "./lib/machine.mjs";
import { spread, table } from "./lib/markdown.mjs";
import { sizeOf } from "./lib/sizes.mjs";
import { summarize } from "./lib/statistics.mjs";

const { values } = commandLine({
  options: {
    sizes: { type: "string", default: "tiktok" },
    memory: { type: "string" },
    repeats: { type: "string", default: "15" },
    cache: { type: "string", default: join(tmpdir(), "wellbegun-bench") },
  },
});
const repeats = wholeNumber("repeats", values.repeats, 1);
const bound = values.memory === undefined ? [] : ["--memory", values.memory];

const imports = fileURLToPath(new URL("sides/imports.mjs", import.meta.url));

/** @typedef {import("./lib/cli-process.mjs").Times & { readonly peakMemory?: number }} Run */

/** @type {{ name: string, run: () => Promise<Run>, runs: Run[] }[]} */
const programs = [
  { name: "node -e 0", run: () => runNode(["-e", "0"]), runs: [] },
  { name: "importing core and the adapters", run: () => runNode([imports]), runs: [] },
  { name: "--help", run: () => runNode([programOf(), "--help"]), runs: [] },
];
for (const size of list(values.sizes)) {
  const { dataset, modalities } = sizeOf(size);
  const { folder, source } = await findDataset(dataset, values.cache);
  const run = async () => {
    const out = await mkdtemp(join(tmpdir(), "wellbegun-bench-init-"));
    const chosen = ["--modalities", modalities.join(","), "--out", out];
    const { output, ...times } = await runCli(["init", folder, ...chosen, ...bound]);
    await rm(out, { recursive: true, force: true });
    return { ...times, peakMemory: output.peakMemory };
  };
  programs.push({ name: `init ${size} (${source})`, run, runs: [] });
}
for (let repeat = 0; repeat < repeats; repeat++) {
  for (const { run, runs } of programs) runs.push(await run());
}
console.log(`# Starting\n\n${surroundingsText(surroundings())}`);
console.log(`- whole process, median of ${repeats} [min-max]\n`);
const rows = programs.map(({ name, runs }) => {
  const peaks = runs.flatMap(({ peakMemory }) => (peakMemory === undefined ? [] : [peakMemory / 1e6]));
  return [
    name,
    spread(summarize(runs.map(({ wallSeconds }) => wallSeconds))),
    spread(summarize(runs.map(({ cpuSeconds }) => cpuSeconds))),
    peaks.length === 0 ? "" : summarize(peaks).median.toFixed(0),
  ];
});
console.log(table(["program", "wall s", "CPU s", "peak MB"], rows));
