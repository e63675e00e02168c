#!/usr/bin/env node
/**
 * This tree against another commit: CPU time of `wellbegun init`, and whether both write the same bundles. Prints Markdown.
 *
 *   npm run bench:compare -- --against b291873 --rounds 5
 *
 * Each round runs both sides of every cell one after the other, in an order that alternates, in processes of their own.
 * A ratio is one round's CPU time here over that of the commit, all threads counted; CPU time suffers less from other
 * programs than time on the clock. The interval is the smallest and the largest ratio of the rounds.
 */

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { choice, commandLine, list, UsageError, wholeNumber } from "./lib/arguments.mjs";
import { build, otherTree, root } from "./lib/checkout.mjs";
import { runCli } from "./lib/cli-process.mjs";
import { differingFiles } from "./lib/compare-bundles.mjs";
import { findDataset } from "./lib/datasets.mjs";
import { surroundings, surroundingsText } from "./lib/machine.mjs";
import { spread, table } from "./lib/markdown.mjs";
import { sizeOf } from "./lib/sizes.mjs";
import { summarize } from "./lib/statistics.mjs";

/** Options whose names have not changed, so that older commits take them. */
const cells = {
  defaults: [],
  paper: ["--preset", "paper"],
  "lambda 0.5": ["--lambda", "0.5"],
  random: ["--project", "random"],
  "without projection": ["--project", "none"],
  "combine mean": ["--combine", "mean", "--dim", "32"],
  "scale unit": ["--scale", "unit"],
  "within 100 MB": ["--memory", "100MB"],
};

const { values } = commandLine({
  options: {
    against: { type: "string" },
    size: { type: "string", default: "tiktok" },
    cells: { type: "string", default: Object.keys(cells).join(",") },
    rounds: { type: "string", default: "5" },
    cache: { type: "string", default: join(tmpdir(), "wellbegun-bench") },
  },
});
if (values.against === undefined) throw new UsageError("--against: expected a commit, found none");
const rounds = wholeNumber("rounds", values.rounds, 1);
const names = list(values.cells).map((name) => choice("cells", name, Object.keys(cells)));
const chosen = Object.entries(cells).filter(([name]) => names.includes(name));

const { dataset, modalities } = sizeOf(values.size);
const data = await findDataset(dataset, values.cache);
build(root);
const commit = otherTree(values.against);
const work = mkdtempSync(join(tmpdir(), "wellbegun-compare-bundles-"));
try {
  console.log(`# init here and at ${commit.hash}\n\n${surroundingsText(surroundings())}`);
  console.log(
    `- ${values.size} (${data.source}); CPU seconds of the process, median of ${rounds} [min-max]\n`,
  );
  const rows = [];
  for (const [name, options] of chosen) {
    const measured = await measure([...options, "--modalities", modalities.join(",")]);
    const { here, there, ratios, differing } = measured;
    const same = differing.length === 0 ? "equal" : `differ: ${differing.join(", ")}`;
    rows.push([name, spread(summarize(there)), spread(summarize(here)), spread(summarize(ratios)), same]);
  }
  console.log(table(["cell", `CPU s at ${commit.hash}`, "CPU s here", "ratio of a round", "bundles"], rows));
} finally {
  rmSync(work, { recursive: true, force: true });
  commit.remove();
}

/** @param {readonly string[]} options */
async function measure(options) {
  /** @type {Record<"here" | "there", number[]>} */
  const seconds = { here: [], there: [] };
  const folders = { here: root, there: commit.folder };
  const outs = { here: join(work, "here"), there: join(work, "there") };
  for (let round = 0; round < rounds; round++) {
    const order = /** @type {const} */ (["here", "there"]);
    for (const side of round % 2 === 0 ? order : order.toReversed()) {
      rmSync(outs[side], { recursive: true, force: true });
      const args = ["init", data.folder, ...options, "--out", outs[side]];
      const { cpuSeconds } = await runCli(args, folders[side]);
      seconds[side].push(cpuSeconds);
    }
  }
  const ratios = seconds.here.map((value, round) => value / (seconds.there[round] ?? Number.NaN));
  return { ...seconds, ratios, differing: differingFiles(outs.here, outs.there) };
}
