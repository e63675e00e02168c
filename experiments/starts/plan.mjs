// What is compared: the ways to start (arms), judged untrained on every dataset, and the trainings that start from some of them.

import { bpr, lightgcn } from "@wellbegun/train";

/** Datasets in MMRec's layout: folders of the folder that the command is given. */
export const datasets = ["lfm2k", "ml1m", "tiktok", "citeulike_a"];

/**
 * Options of `fit` by arm. `permuted` arms are controls: the same tables, rows in random order.
 *
 * @type {Readonly<Record<string, { options: import("@wellbegun/core").FitOptions, permuted?: true }>>}
 */
export const arms = {
  default: { options: {} },
  "default, permuted": { options: {}, permuted: true },
  "damping .5": { options: { damping: 0.5 } },
  "smooth 1": { options: { smooth: 1 } },
  "smooth 1, damping .5": { options: { smooth: 1, damping: 0.5 } },
  "smooth 1, damping .5, permuted": { options: { smooth: 1, damping: 0.5 }, permuted: true },
  "smooth 4, damping .5": { options: { smooth: 4, damping: 0.5 } },
  "smooth 16, damping .5": { options: { smooth: 16, damping: 0.5 } },
  "whiten .5": { options: { prepare: "whiten", whitenPower: 0.5 } },
  "whiten 1": { options: { prepare: "whiten", whitenPower: 1 } },
  "whiten 1, ridge 1": { options: { prepare: "whiten", whitenPower: 1, whitenRidge: 1 } },
  "weights from validation": { options: { weighting: "validation" } },
  "weights from validation, permuted": { options: { weighting: "validation" }, permuted: true },
  "weights from validation, smooth 1, damping .5": {
    options: { weighting: "validation", smooth: 1, damping: 0.5 },
  },
};

/** The arms that trainings start from: users and items, at the scale of the model's own random start. */
export const trainedArms = ["random", "default", "smooth 1, damping .5", "smooth 1, damping .5, permuted"];

export const seeds = [1, 2, 3];

/** Learning rate, batch, width and evaluations are those of `shared`; the epochs are what 20 CPU minutes allow. */
export const trainings = [
  { dataset: "lfm2k", name: "BPR", model: bpr({ regularization: 1 }), epochs: 60 },
  { dataset: "lfm2k", name: "LightGCN", model: lightgcn(), epochs: 40 },
  { dataset: "tiktok", name: "LightGCN", model: lightgcn(), epochs: 30 },
  { dataset: "citeulike_a", name: "BPR", model: bpr({ regularization: 1 }), epochs: 20 },
];

export const shared = { learningRate: 0.005, batchSize: 2048, evaluateEvery: 4, patience: 1000 };
