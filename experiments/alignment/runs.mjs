// The steps of a dataset that are done, one line of JSON each, and which step is next.

import { addLine, readLines } from "../json-lines.mjs";
import { candidatesOf, seeds } from "./plan.mjs";

/**
 * @typedef {{ step: "candidate" | "chosen" | "trained", arm: string, candidate: number, seed?: number, permuted?: boolean }} Step
 * @typedef {Step & { cpuSeconds: number, validation?: number, test?: import("./measure.mjs").Judged,
 *   control?: import("./measure.mjs").Judged, itemCf?: number, itemCfControl?: number, bestEpoch?: number, stopped?: string,
 *   curve?: [number, number][] }} Done
 */

/** @param {string} file @returns {Done[]} */
export function readRuns(file) {
  return readLines(file);
}

/** @param {string} file @param {Done} run */
export function addRun(file, run) {
  addLine(file, run);
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
