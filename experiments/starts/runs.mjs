// The runs of a dataset that are done, one line of JSON each, and which run is next.

import { addLine, readLines } from "../json-lines.mjs";
import { defaultArms, models, seeds, untrainedArms } from "./plan.mjs";

/**
 * @typedef {{ arm: string, model?: undefined, seed?: undefined, regularization?: undefined }} UntrainedRun
 * @typedef {{ arm: string, model: string, seed: number, regularization: number }} Training
 * @typedef {{ cpuSeconds: number } & import("./measure.mjs").JudgedSplits} Found
 * @typedef {Training & Found & { bestEpoch: number, stopped: string, curve: [number, number][] }} DoneTraining
 * @typedef {(UntrainedRun & Found) | DoneTraining} Done
 */

/** @param {UntrainedRun | Training} run */
const keyOf = ({ model, arm, seed, regularization }) => JSON.stringify([model, arm, seed, regularization]);

/** The runs in a file; none where there is no file. @param {string} file @returns {Done[]} */
export function readRuns(file) {
  return readLines(file);
}

/** @param {string} file @param {Done} run */
export function addRun(file, run) {
  addLine(file, run);
}

/**
 * The regularization that validation rows choose from the random start; undefined until every candidate was trained.
 *
 * @param {readonly Pick<Done, "model" | "arm" | "seed" | "regularization" | "validation">[]} done @param {string} model
 */
export function tunedRegularization(done, model) {
  const candidates = (models[model]?.regularizations ?? []).map((regularization) =>
    done.find((run) => keyOf(run) === keyOf({ model, arm: "random", seed: seeds[0] ?? 1, regularization })),
  );
  const best = candidates.reduce((a, b) =>
    a && b && b.validation.recall > a.validation.recall ? b : a && b && a,
  );
  return best?.regularization;
}

/**
 * The first run of the plan that is not done: the untrained arms, then model by model the candidates of the regularization,
 * the arms with the chosen one, each with all seeds, and the arms with the model's default.
 *
 * @param {readonly Done[]} done @param {readonly string[]} names models to train
 * @param {readonly string[]} arms ways to start, of those of the plan
 * @param {readonly number[]} seeds of those of the plan
 * @returns {UntrainedRun | Training | undefined}
 */
export function nextRun(done, names, arms, seeds) {
  const keys = new Set(done.map(keyOf));
  return planned(done, names, arms, seeds).find((run) => !keys.has(keyOf(run)));
}

/**
 * @param {readonly Done[]} done @param {readonly string[]} names @param {readonly string[]} arms @param {readonly number[]} seeds
 * @returns {(UntrainedRun | Training)[]}
 */
function planned(done, names, arms, seeds) {
  const untrained = Object.keys(untrainedArms).map((arm) => ({ arm }));
  const trainings = names.flatMap((model) => {
    const regularizations = models[model]?.regularizations ?? [];
    const candidates = regularizations.map((regularization) => ({
      model,
      arm: "random",
      seed: seeds[0] ?? 1,
      regularization,
    }));
    const tuned = tunedRegularization(done, model);
    if (tuned === undefined) return candidates;
    const with_ = (/** @type {readonly string[]} */ arms, /** @type {number} */ regularization) =>
      arms.flatMap((arm) => seeds.map((seed) => ({ model, arm, seed, regularization })));
    return [
      ...candidates,
      ...with_(arms, tuned),
      ...with_(
        defaultArms.filter((arm) => arms.includes(arm)),
        regularizations[0] ?? tuned,
      ),
    ];
  });
  return [...untrained, ...trainings];
}
