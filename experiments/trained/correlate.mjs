// Rank correlation between the training-free score of a setting and the best validation Recall@20 that a model reaches
// from its tables in a fixed number of epochs, with 95 % percentile intervals over resampled settings.
//
//   node experiments/trained/correlate.mjs work/tables/scores.json work/ranked.jsonl 10

import { readFileSync, writeFileSync } from "node:fs";
import { createRandom } from "@wellbegun/core/support";

const [scoresPath, resultsPath, epochs = "10"] = process.argv.slice(2);
if (scoresPath === undefined || resultsPath === undefined) {
  console.error("usage: node experiments/trained/correlate.mjs <scores.json> <results.jsonl> [epochs]");
  process.exit(2);
}
/** @type {Record<string, { recall: number }>} */
const scores = JSON.parse(readFileSync(scoresPath, "utf8"));
const lines = readFileSync(resultsPath, "utf8").trimEnd().split("\n");
const runs = lines
  .map((line) => JSON.parse(line))
  .filter((run) => run.setting in scores && run.epochs >= Number(epochs));
const RESAMPLES = 2000;
/** @type {Record<string, object>} */
const result = {};
for (const model of [...new Set(runs.map((run) => run.model))]) {
  const own = runs.filter((run) => run.model === model);
  // One validation every second epoch: longer runs are cut to the same number of epochs.
  const points = own.map((run) => ({
    setting: run.setting,
    score: scores[run.setting].recall,
    reached: Math.max(...run.curve.slice(0, Number(epochs) / 2)),
  }));
  points.sort((a, b) => b.score - a.score);
  console.log(
    `\n### ${model}, ${epochs} epochs, ${points.length} settings\n\n| setting | training-free | trained |\n| --- | --- | --- |`,
  );
  for (const { setting, score, reached } of points)
    console.log(`| ${setting} | ${score.toFixed(4)} | ${reached.toFixed(4)} |`);
  const random = createRandom(999, `correlate/${model}`);
  const statistics = { spearman, kendall };
  /** @type {Record<string, object>} */
  const found = {};
  for (const [name, statistic] of Object.entries(statistics)) {
    const draws = [];
    while (draws.length < RESAMPLES) {
      const value = statistic(points.map(() => points[random.integer(points.length)]));
      if (Number.isFinite(value)) draws.push(value);
    }
    draws.sort((a, b) => a - b);
    const [low, high] = [draws[Math.floor(0.025 * RESAMPLES)], draws[Math.ceil(0.975 * RESAMPLES) - 1]];
    found[name] = { value: statistic(points), low, high };
    console.log(`\n${name}: ${statistic(points).toFixed(2)}, 95 % ${low.toFixed(2)} to ${high.toFixed(2)}`);
  }
  result[model] = { epochs: Number(epochs), points, ...found };
}
writeFileSync(new URL("./results.json", import.meta.url), `${JSON.stringify(result, null, 2)}\n`);

/** Pearson's correlation of the ranks, ties at their mean rank. @param {{ score: number, reached: number }[]} points */
function spearman(points) {
  const a = ranks(points.map(({ score }) => score));
  const b = ranks(points.map(({ reached }) => reached));
  const mean = (a.length - 1) / 2;
  const product = (/** @type {number[]} */ x, /** @type {number[]} */ y) =>
    x.reduce((sum, value, i) => sum + (value - mean) * (y[i] - mean), 0);
  return product(a, b) / Math.sqrt(product(a, a) * product(b, b));
}

/** @param {number[]} values */
function ranks(values) {
  return values.map((value) => {
    const below = values.filter((other) => other < value).length;
    return below + (values.filter((other) => other === value).length - 1) / 2;
  });
}

/** Tau b. @param {{ score: number, reached: number }[]} points */
function kendall(points) {
  let [agree, freeA, freeB] = [0, 0, 0];
  for (const a of points) {
    for (const b of points) {
      const [x, y] = [Math.sign(a.score - b.score), Math.sign(a.reached - b.reached)];
      agree += x * y;
      freeA += x * x;
      freeB += y * y;
    }
  }
  return agree / Math.sqrt(freeA * freeB);
}
