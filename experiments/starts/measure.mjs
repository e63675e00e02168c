// One run: the tables of an arm, judged as they are or trained from.

import { fit } from "@wellbegun/core";
import { permutedTables, splitOf, zeroShot } from "@wellbegun/evaluation";
import { train } from "@wellbegun/train";
import { batchSizeOf, models, shared, trainedArms, untrainedArms } from "./plan.mjs";

/**
 * @typedef {Awaited<ReturnType<typeof import("@wellbegun/adapters/node").readMmrecDataset>>} Dataset
 * @typedef {import("@wellbegun/core").Backend} Backend
 * @typedef {import("@wellbegun/core").ScoringTables} Tables
 * @typedef {{ recall: number, ndcg: number, cold: number | null, perUser: number[] }} Judged
 * @typedef {{ validation: Judged, test: Judged }} JudgedSplits
 */

const rounded = (/** @type {number} */ value) => Math.round(value * 1e4) / 1e4;

/** @param {Dataset} dataset @param {string} arm @param {Backend} backend @returns {Promise<JudgedSplits>} */
export async function measureUntrained(dataset, arm, backend) {
  const { options = {}, permuted } = untrainedArms[arm] ?? {};
  const model = await fit(dataset, { ...options, backend, perModality: false });
  return judge(dataset, permuted ? permutedTables(model) : model, backend);
}

/**
 * Trains from an arm until validation no longer improves; test rows are read once, with the vectors of the best epoch.
 *
 * @param {Dataset} dataset
 * @param {string} name The dataset's, in the plan.
 * @param {{ model: string, arm: string, seed: number, regularization: number }} run
 * @param {Backend} backend
 */
export async function measureTraining(dataset, name, { model, arm, seed, regularization }, backend) {
  const { options, tables = [], permuted = false } = trainedArms[arm] ?? {};
  const { define, learningRate, evaluateEvery } = known(model);
  const fitted = options && (await fit(dataset, { ...options, backend, perModality: false }));
  const start = fitted && { permuted, ...Object.fromEntries(tables.map((side) => [side, fitted[side]])) };
  const { train: interactions, validation, features } = dataset;
  const batchSize = batchSizeOf(name, model);
  const definition = define({ regularization });
  const trained = await train(
    { train: interactions, validation, features },
    { ...shared, model: definition, batchSize, learningRate, evaluateEvery, seed, start, backend },
  );
  const curve = trained.curve.flatMap(({ epoch, validation: found }) =>
    found === undefined ? [] : [/** @type {const} */ ([epoch, rounded(found.recall)])],
  );
  const { bestEpoch, stopped } = trained.report;
  return { bestEpoch, stopped, curve, ...(await judge(dataset, trained, backend)) };
}

/** @param {string} model */
function known(model) {
  const found = models[model];
  if (found === undefined) throw new Error(`expected a model of ${Object.keys(models)}, found ${model}`);
  return found;
}

/**
 * Recall on validation and on test rows, of all users with such rows; as in MMRec only train items are masked.
 *
 * @param {Dataset} dataset @param {Tables} tables @param {Backend} backend
 * @returns {Promise<JudgedSplits>}
 */
async function judge(dataset, tables, backend) {
  const judged = async (/** @type {"validation" | "test"} */ name) => {
    const split = { ...splitOf(dataset, name), seen: dataset.train };
    const { recall, ndcg, perUser, byPopularity } = (await zeroShot(tables, split, { backend })).cuts[0];
    const [cold] = byPopularity;
    const found = cold.users > 0 ? cold.recall : null;
    return { recall, ndcg, cold: found, perUser: [...perUser.recall].map(rounded) };
  };
  return { validation: await judged("validation"), test: await judged("test") };
}
