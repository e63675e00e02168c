// The figures of a dataset's runs without those of single users, and the differences between arms with intervals over users.

import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { pairedBootstrap } from "@wellbegun/evaluation";
import { models, seeds, untrainedArms } from "./plan.mjs";
import { tunedRegularization } from "./runs.mjs";

/**
 * @typedef {import("./runs.mjs").Done} Done
 * @typedef {Omit<import("./measure.mjs").Judged, "perUser">} Figures
 * @typedef {{ model?: string, arm: string, seed?: number, regularization?: number, cpuSeconds: number, bestEpoch?: number,
 *   stopped?: string, curve?: [number, number][], validation: Figures, test: Figures }} Run
 * @typedef {{ model?: string, arm: string, over: string, split: "validation" | "test", difference: number, low: number,
 *   high: number, seeds: number[] }} Difference `seeds`: the difference of each seed
 * @typedef {{ runs: Run[], differences: Difference[] }} Results
 */

/** Which trained arm is compared with which. */
const comparisons = [
  ["users+items", "random"],
  ["users+items", "users+items, permuted"],
  ["users+items, smooth", "random"],
  ["users+items, smooth", "users+items, smooth, permuted"],
  ["users+items, smooth", "users+items"],
  ["users", "random"],
  ["users, smooth", "random"],
];

/** @param {string} dataset */
const fileOf = (dataset) => new URL(`results/${dataset}.json`, import.meta.url);

/** @param {string} dataset @returns {Results | undefined} */
export function readResults(dataset) {
  return existsSync(fileOf(dataset)) ? JSON.parse(readFileSync(fileOf(dataset), "utf8")) : undefined;
}

/**
 * Writes results/<dataset>.json. What stands there of models that no run is of stays: their runs may lie in the folder of another
 * machine.
 *
 * @param {string} dataset @param {readonly Done[]} done
 */
export function summarize(dataset, done) {
  const recorded = readResults(dataset) ?? { runs: [], differences: [] };
  const others = (/** @type {{ model?: string | undefined }} */ { model }) =>
    done.every((run) => run.model !== model);
  const untrained = done.filter(({ model }) => model === undefined);
  const differences = [
    ...recorded.differences.filter(others),
    ...Object.keys(untrainedArms).flatMap((arm) =>
      compare(untrained, [arm, "default"], ["validation", "test"]),
    ),
    ...Object.keys(models).flatMap((model) => {
      const regularization = tunedRegularization(done, model);
      const own = done.filter((run) => run.model === model && run.regularization === regularization);
      return comparisons.flatMap(([arm = "", over = ""]) => compare(own, [arm, over], ["test"]));
    }),
  ];
  const without = (/** @type {import("./measure.mjs").Judged} */ { perUser, ...figures }) => figures;
  const own = done.map((run) => ({ ...run, validation: without(run.validation), test: without(run.test) }));
  const runs = [...recorded.runs.filter(others), ...own];
  const lines = (/** @type {readonly object[]} */ rows) =>
    rows.map((row) => `    ${JSON.stringify(row)}`).join(",\n");
  const text = `{\n  "runs": [\n${lines(runs)}\n  ],\n  "differences": [\n${lines(differences)}\n  ]\n}\n`;
  writeFileSync(fileOf(dataset), text);
}

/**
 * The difference of two arms, each user's recall averaged over the seeds that both have; none where an arm is missing.
 *
 * @param {readonly Done[]} runs @param {readonly [string, string]} arms @param {readonly ("validation" | "test")[]} splits
 * @returns {Difference[]}
 */
function compare(runs, [arm, over], splits) {
  const pairs = (runs.some(({ seed }) => seed !== undefined) ? seeds : [undefined]).flatMap((seed) => {
    const of = (/** @type {string} */ name) => runs.find((run) => run.arm === name && run.seed === seed);
    const [a, b] = [of(arm), of(over)];
    return a && b && a !== b ? [[a, b]] : [];
  });
  const [first] = pairs;
  if (first === undefined) return [];
  return splits.map((split) => {
    /** @param {number} side */
    const averaged = (side) =>
      (first[side]?.[split].perUser ?? []).map(
        (_, user) =>
          pairs.reduce((sum, pair) => sum + (pair[side]?.[split].perUser[user] ?? 0), 0) / pairs.length,
      );
    const { difference, low, high } = pairedBootstrap(averaged(0), averaged(1));
    const bySeed = pairs.map(([a, b]) => (a?.[split].recall ?? 0) - (b?.[split].recall ?? 0));
    return { model: first[0]?.model, arm, over, split, difference, low, high, seeds: bySeed };
  });
}
