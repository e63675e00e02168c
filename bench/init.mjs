#!/usr/bin/env node
/**
 * `wellbegun init` as a user runs it: the whole process from the shell, with the defaults. Prints Markdown.
 *
 *   npm run bench:init -- --sizes tiktok --memory 500MB
 */

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { list, wholeNumber } from "./lib/arguments.mjs";
import { findDataset } from "./lib/datasets.mjs";
import { surroundings, surroundingsText } from "./lib/machine.mjs";
import { spread, table } from "./lib/markdown.mjs";
import { runJson } from "./lib/process.mjs";
import { sizeOf } from "./lib/sizes.mjs";
import { summarize } from "./lib/statistics.mjs";

const { values } = parseArgs({
  options: {
    sizes: { type: "string", default: "tiktok" },
    memory: { type: "string" },
    repeats: { type: "string", default: "5" },
    cache: { type: "string", default: join(tmpdir(), "wellbegun-bench") },
  },
});
const repeats = wholeNumber("repeats", values.repeats, 1);
const program = fileURLToPath(new URL("../packages/cli/bin/wellbegun.js", import.meta.url));
const bound = values.memory === undefined ? [] : ["--memory", values.memory];

console.log(`# init from the shell\n\n${surroundingsText(surroundings())}`);
console.log(`- whole process, median of ${repeats} [min-max]\n`);
const rows = [];
for (const size of list(values.sizes)) {
  const { dataset, modalities } = sizeOf(size);
  const { folder, source } = await findDataset(dataset, values.cache);
  const walls = [];
  const peaks = [];
  for (let repeat = 0; repeat < repeats; repeat++) {
    const out = await mkdtemp(join(tmpdir(), "wellbegun-bench-init-"));
    const chosen = ["--modalities", modalities.join(","), "--out", out, "--json"];
    const { wallSeconds, output } = await runJson(
      [process.execPath, program, "init", folder, ...chosen, ...bound],
      undefined,
    );
    await rm(out, { recursive: true, force: true });
    walls.push(wallSeconds);
    peaks.push(output.peakMemory / 1e6);
  }
  rows.push([`${size} (${source})`, spread(summarize(walls)), summarize(peaks).median.toFixed(0)]);
}
console.log(table(["dataset", "process, s", "peak MB"], rows));
