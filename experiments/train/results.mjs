/**
 * Adds the curves that `curve.mjs --json` and `run_mmrec.py` wrote to results.json beside this file, and prints test Recall@20 by
 * epoch as Markdown: a row for each seed, and the mean of the seeds.
 *
 *   node experiments/train/results.mjs [alignrec-999.json mmrec-lightgcn-999.json …]
 */

import { readFileSync, writeFileSync } from "node:fs";

/**
 * @typedef {{ epoch: number, loss: number, validation?: number, test?: number }} Point validation and test: Recall@20
 * @typedef {{ side: string, dataset: string, model: string, options: string, control: string | null, seed: number,
 *   curve: Point[] }} Run
 */

const file = new URL("results.json", import.meta.url);
/** @type {Run[]} */
const known = JSON.parse(readFileSync(file, "utf8"));
const keyOf = (/** @type {Run} */ { curve, seed, ...run }) => JSON.stringify(run);
const runs = new Map(
  [...known, ...process.argv.slice(2).map(read)].map((run) => [`${keyOf(run)} ${run.seed}`, run]),
);
const lines = [...runs.values()].map((run) => `  ${JSON.stringify(run)}`);
writeFileSync(file, `[\n${lines.join(",\n")}\n]\n`);

const epochs = [5, 10, 20, 30, 40, 50, 60];
const row = (/** @type {readonly (string | number)[]} */ cells) => console.log(`| ${cells.join(" | ")} |`);
row(["model", "side", "seed", ...epochs.map((epoch) => `epoch ${epoch}`)]);
row(["---", "---", "---", ...epochs.map(() => "---")]);
for (const key of new Set([...runs.values()].map(keyOf))) {
  const own = [...runs.values()].filter((run) => keyOf(run) === key);
  const [{ model, side, control }] = /** @type {[Run, ...Run[]]} */ (own);
  const name = control === null ? model : `${model}, features ${control}`;
  for (const { seed, curve } of own)
    row([name, side, seed, ...epochs.map((epoch) => shown([at(curve, epoch)]))]);
  if (own.length > 1) {
    const means = epochs.map((epoch) => shown(own.map(({ curve }) => at(curve, epoch))));
    row([name, side, `mean of ${own.length}`, ...means]);
  }
}

/** @param {readonly Point[]} curve @param {number} epoch */
function at(curve, epoch) {
  return curve.find((point) => point.epoch === epoch)?.test;
}

/** The mean, where all are there. @param {readonly (number | undefined)[]} values */
function shown(values) {
  const found = values.filter((value) => value !== undefined);
  if (found.length < values.length) return "";
  return (found.reduce((sum, value) => sum + value, 0) / found.length).toFixed(4);
}

/** @param {string} path @returns {Run} */
function read(path) {
  const { curve, ...run } = JSON.parse(readFileSync(path, "utf8"));
  const rounded = (/** @type {number | undefined} */ value) => value && Math.round(value * 1e6) / 1e6;
  const points = curve.map((/** @type {any} */ { epoch, loss, validation, test }) => ({
    epoch,
    loss: rounded(loss),
    validation: rounded(validation?.recall),
    test: rounded(test?.recall),
  }));
  return { side: "wellbegun", ...run, curve: points };
}
