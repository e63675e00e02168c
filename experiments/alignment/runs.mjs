// The steps of a dataset that are done, one line of JSON each, and which step is next.

import { addLine, readLines } from "../json-lines.mjs";
import { candidatesOf, seeds } from "./plan.mjs";

/**
 * @typedef {{ step: "candidate" | "chosen" | "trained", arm: string, candidate: number, seed?: number, permuted?: boolean }} Step
 * @typedef {Step & { settings?: import("./plan.mjs").Candidate, cpuSeconds: number, validation?: number, test?: import("./measure.mjs").Judged,
 *   control?: import("./measure.mjs").Judged, itemCf?: number, itemCfControl?: number, bestEpoch?: number, stopped?: string,
 *   curve?: [number, number][] }} Done
 */

/**
 * The steps of a file that are done. A line that says the settings of its candidate must say those of the plan, so that a file of
 * an earlier plan is not taken for one of this; older lines have the candidate's number alone.
 *
 * @param {string} file @param {import("./plan.mjs").Shape} shape @returns {Done[]}
 */
export function readRuns(file, shape) {
  const runs = readLines(file);
  for (const [index, { arm, candidate, settings }] of runs.entries()) {
    const planned = JSON.stringify(candidatesOf(arm, shape)[candidate]) ?? "no such candidate";
    if (settings === undefined || JSON.stringify(settings) === planned) continue;
    const at = `${file}, line ${index + 1}: candidate ${candidate} of ${arm}`;
    throw new Error(`${at} has the settings ${JSON.stringify(settings)}, where the plan has ${planned}`);
  }
  return runs;
}

/** @param {string} file @param {Done} run @param {import("./plan.mjs").Shape} shape */
export function addRun(file, run, shape) {
  addLine(file, { ...run, settings: candidatesOf(run.arm, shape)[run.candidate] });
}

/** @param {Step} step */
const keyOf = ({ step, arm, candidate, seed, permuted }) =>
  JSON.stringify([step, arm, candidate, seed, permuted]);

/**
 * The candidate that validation rows choose; undefined until all were measured.
 *
 * @param {readonly Done[]} done @param {string} arm @param {import("./plan.mjs").Shape} shape
 */
export function chosenCandidate(done, arm, shape) {
  const recalls = candidatesOf(arm, shape).map(
    (_, candidate) =>
      done.find((run) => run.step === "candidate" && run.arm === arm && run.candidate === candidate)
        ?.validation,
  );
  const best = Math.max(...recalls.map((recall) => recall ?? Number.NaN));
  return Number.isNaN(best) ? undefined : recalls.indexOf(best);
}

/**
 * The first step that is not done: every arm's candidates and the chosen one, then AlignRec, all arms with one seed before the
 * next, the controls after the first.
 *
 * @param {readonly Done[]} done @param {{ arms: readonly string[], shape: import("./plan.mjs").Shape, train: boolean }} plan
 * @returns {Step | undefined}
 */
export function nextStep(done, { arms, shape, train }) {
  const keys = new Set(done.map(keyOf));
  const untrained = arms.flatMap((arm) => {
    const candidates = candidatesOf(arm, shape).map(
      (_, candidate) => /** @type {Step} */ ({ step: "candidate", arm, candidate }),
    );
    const candidate = chosenCandidate(done, arm, shape);
    return candidate === undefined
      ? candidates
      : [...candidates, /** @type {Step} */ ({ step: "chosen", arm, candidate })];
  });
  const trained = seeds.flatMap((seed, round) =>
    (round === 0 ? [false, true] : [false]).flatMap((permuted) =>
      arms.flatMap((arm) => {
        const candidate = chosenCandidate(done, arm, shape);
        return candidate === undefined
          ? []
          : [/** @type {Step} */ ({ step: "trained", arm, candidate, seed, permuted })];
      }),
    ),
  );
  return [...untrained, ...(train ? trained : [])].find((step) => !keys.has(keyOf(step)));
}
