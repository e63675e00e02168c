#!/usr/bin/env node
/**
 * This tree against another commit: CPU time of `wellbegun evaluate`, with and without its report, and whether both print the
 * same figures. Prints Markdown.
 *
 *   npm run bench:evaluate -- --against d116c1d --rounds 3
 *
 * `--against` is a commit, which is checked out and built, or the folder of a built checkout; this tree is built as well, unless
 * `--built` says that it is. Each round runs both sides of every cell one after the other, in an order that alternates, in
 * processes of their own. A ratio is one round's CPU time here over that of the commit, all threads counted.
 */

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { commandLine, UsageError, wholeNumber } from "./lib/arguments.mjs";
import { build, otherTree, root } from "./lib/checkout.mjs";
import { runCli } from "./lib/cli-process.mjs";
import { findDataset } from "./lib/datasets.mjs";
import { surroundings, surroundingsText } from "./lib/machine.mjs";
import { figure, spread, table } from "./lib/markdown.mjs";
import { sizeOf } from "./lib/sizes.mjs";
import { summarize } from "./lib/statistics.mjs";

const { values } = commandLine({
  options: {
    against: { type: "string" },
    size: { type: "string", default: "tiktok" },
    built: { type: "boolean", default: false },
    rounds: { type: "string", default: "3" },
    cache: { type: "string", default: join(tmpdir(), "wellbegun-bench") },
  },
});
if (values.against === undefined) throw new UsageError("--against: expected a commit, found none");
const rounds = wholeNumber("rounds", values.rounds, 1);
const data = await findDataset(sizeOf(values.size).dataset, values.cache);
if (!values.built) build(root);
const commit = otherTree(values.against);
const work = mkdtempSync(join(tmpdir(), "wellbegun-bench-evaluate-"));
const reportFile = join(work, "report.html");

try {
  const report = ["--report", reportFile];
  // Commits before 29 November 2026 judge no recommender without training, and have no option that leaves them out.
  const alike = "baselines" in (await run(commit.folder, [])).output ? [] : ["--baselines", "none"];
  /** @type {Record<string, { here: readonly string[], there: readonly string[] }>} */
  const cells = {
    "defaults of each": { here: [], there: [] },
    "defaults of each, report": { here: report, there: report },
    "the same contestants": { here: alike, there: [] },
    "the same contestants, report": { here: [...alike, ...report], there: report },
  };
  console.log(`# evaluate here and at ${commit.hash}\n\n${surroundingsText(surroundings())}`);
  console.log(
    `- ${values.size} (${data.source}); CPU seconds of the process, median of ${rounds} [min-max]\n`,
  );
  const rows = [];
  for (const [name, options] of Object.entries(cells)) {
    const { here, there, ratios, difference } = await measure(options);
    rows.push([
      name,
      spread(summarize(there)),
      spread(summarize(here)),
      spread(summarize(ratios)),
      difference === 0 ? "equal" : `within ${figure(difference * 1e6)} millionths`,
    ]);
  }
  console.log(table(["cell", `CPU s at ${commit.hash}`, "CPU s here", "ratio of a round", "figures"], rows));
} finally {
  rmSync(work, { recursive: true, force: true });
  commit.remove();
}

/** @param {{ here: readonly string[], there: readonly string[] }} options */
async function measure(options) {
  /** @type {Record<"here" | "there", number[]>} */
  const seconds = { here: [], there: [] };
  const folders = { here: root, there: commit.folder };
  /** @type {Record<string, any>} */
  const outputs = {};
  for (let round = 0; round < rounds; round++) {
    const order = /** @type {const} */ (["here", "there"]);
    for (const side of round % 2 === 0 ? order : order.toReversed()) {
      const { cpuSeconds, output } = await run(folders[side], options[side]);
      seconds[side].push(cpuSeconds);
      outputs[side] = output;
    }
  }
  const ratios = seconds.here.map((value, round) => value / (seconds.there[round] ?? Number.NaN));
  return { ...seconds, ratios, difference: largestDifference(outputs.there, outputs.here) };
}

/**
 * @param {string} tree
 * @param {readonly string[]} options
 */
async function run(tree, options) {
  // A report of another commit is not replaced.
  rmSync(reportFile, { force: true });
  return await runCli(["evaluate", data.folder, ...options], tree);
}

/**
 * The largest relative difference of the contestants' figures; a figure that one side alone has is a difference without bound.
 * @param {any} there
 * @param {any} here
 */
function largestDifference(there, here) {
  let largest = 0;
  /** @type {(one: unknown, other: unknown) => void} */
  const compare = (one, other) => {
    if (typeof one === "number" && typeof other === "number") {
      if (one !== other) largest = Math.max(largest, Math.abs(one - other) / Math.max(Math.abs(one), 1e-6));
    } else if (typeof one === "object" && one !== null && typeof other === "object" && other !== null) {
      for (const [key, value] of Object.entries(one)) compare(value, Reflect.get(other, key));
    } else if (one !== other) largest = Number.POSITIVE_INFINITY;
  };
  const pairs = [
    [there.contestants, here.contestants],
    [there.maskModality?.contestants ?? [], here.maskModality?.contestants ?? []],
  ];
  for (const [contestants, others] of pairs) {
    for (const one of contestants) {
      compare(
        one,
        others.find((/** @type {{ name: string }} */ { name }) => name === one.name),
      );
    }
  }
  return largest;
}
