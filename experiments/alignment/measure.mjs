// One step of the plan: a candidate on validation rows, the chosen one on test rows, or AlignRec trained on its item table.

import { denseFeatures, fit } from "@wellbegun/core";
import {
  coOccurrenceNeighbors,
  itemCf,
  permutedTables,
  permuteRows,
  rowPermutation,
  splitOf,
  zeroShot,
} from "@wellbegun/evaluation";
import { alignrec, pretrain, train } from "@wellbegun/train";
import { candidatesOf, epochs, seed, shapeOf, training } from "./plan.mjs";

/**
 * @typedef {Awaited<ReturnType<typeof import("@wellbegun/adapters/node").readMmrecDataset>>} Dataset
 * @typedef {import("@wellbegun/core").Backend} Backend
 * @typedef {import("@wellbegun/core").ScoringTables} Tables
 * @typedef {import("@wellbegun/core").FeatureSource} Features
 * @typedef {{ recall: number, perUser: number[] }} Judged
 */

const rounded = (/** @type {number} */ value) => Math.round(value * 1e4) / 1e4;

/** Unified features by their setting: candidates that differ in `fit` alone share them. @type {Map<string, Promise<Features>>} */
const spaces = new Map();

/**
 * The table of a candidate.
 *
 * @param {Dataset} dataset @param {string} arm @param {number} index @param {Backend} backend
 */
export async function tableOf(dataset, arm, index, backend) {
  const candidate = candidatesOf(arm, shapeOf(dataset.features))[index];
  if (candidate === undefined) throw new Error(`no candidate ${index} of ${arm}`);
  const features =
    candidate.pretrain === undefined
      ? dataset.features
      : { unified: await unified(dataset, candidate.pretrain, backend) };
  const options = { ...candidate.fit, seed, backend, perModality: false };
  return await fit({ train: dataset.train, features }, options);
}

/** @param {Dataset} dataset @param {import("@wellbegun/train").PretrainOptions} options @param {Backend} backend */
function unified(dataset, options, backend) {
  const key = JSON.stringify([dataset.name, options]);
  const found =
    spaces.get(key) ??
    pretrain(dataset.features, { ...options, seed, backend }).then((space) =>
      space.transform(dataset.features),
    );
  spaces.set(key, found);
  return found;
}

/**
 * Validation Recall@20 of a candidate.
 *
 * @param {Dataset} dataset @param {string} arm @param {number} candidate @param {Backend} backend
 */
export async function measureCandidate(dataset, arm, candidate, backend) {
  const tables = await tableOf(dataset, arm, candidate, backend);
  return { validation: (await judge(dataset, tables, "validation", backend)).recall };
}

/**
 * The chosen candidate on test rows, and its control.
 *
 * @param {Dataset} dataset @param {string} arm @param {number} candidate @param {Backend} backend
 */
export async function measureChosen(dataset, arm, candidate, backend) {
  const tables = await tableOf(dataset, arm, candidate, backend);
  const control = permutedTables(tables, seed);
  const neighbors = coOccurrenceNeighbors(dataset.train, 20);
  const cf = async (/** @type {Tables} */ { items }) =>
    (await itemCf(items, dataset.train, neighbors, { k: [20] })).cuts[0].recall;
  return {
    test: await judge(dataset, tables, "test", backend),
    control: await judge(dataset, control, "test", backend),
    itemCf: await cf(tables),
    itemCfControl: await cf(control),
  };
}

/**
 * AlignRec on the arm's item table; on the modalities themselves for "side by side", as AlignRec puts them there itself.
 *
 * @param {Dataset} dataset @param {{ arm: string, candidate: number, seed: number, permuted: boolean }} run
 * @param {Backend} backend
 */
export async function measureTraining(dataset, { arm, candidate, seed: runSeed, permuted }, backend) {
  const source =
    arm === "side by side"
      ? dataset.features
      : { unified: tableFeatures((await tableOf(dataset, arm, candidate, backend)).items) };
  const features = permuted ? await permutedFeatures(source, runSeed) : source;
  const { train: interactions, validation } = dataset;
  const trained = await train(
    { train: interactions, validation, features },
    { ...training, ...epochs[dataset.name], model: alignrec(), seed: runSeed, backend },
  );
  const { bestEpoch, stopped } = trained.report;
  const curve = trained.curve.flatMap(({ epoch, validation: found }) =>
    found === undefined ? [] : [/** @type {const} */ ([epoch, rounded(found.recall)])],
  );
  return { bestEpoch, stopped, curve, test: await judge(dataset, trained, "test", backend) };
}

/** @param {import("@wellbegun/core").Table} table */
const tableFeatures = ({ data, rows, columns }) => denseFeatures(data, rows, columns);

/** All modalities' rows in one random order. @param {Readonly<Record<string, Features>>} features @param {number} runSeed */
async function permutedFeatures(features, runSeed) {
  /** @type {Record<string, Features>} */
  const moved = {};
  for (const [name, { rows, columns, missing, read }] of Object.entries(features)) {
    const data = new Float32Array(rows * columns);
    await read(0, rows, data);
    const order = rowPermutation(rows, runSeed, "features");
    const mask = missing && Uint8Array.from(order, (row) => missing[row] ?? 0);
    moved[name] = denseFeatures(permuteRows(data, columns, order), rows, columns, { missing: mask });
  }
  return moved;
}

/**
 * Recall@20 on a split; train items are left out of the lists, on test rows validation items too.
 *
 * @param {Dataset} dataset @param {Tables} tables @param {"validation" | "test"} name @param {Backend} backend
 * @returns {Promise<Judged>}
 */
async function judge(dataset, tables, name, backend) {
  const { recall, perUser } = (await zeroShot(tables, splitOf(dataset, name), { k: [20], backend })).cuts[0];
  return { recall, perUser: [...perUser.recall].map(rounded) };
}
