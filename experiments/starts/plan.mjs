// What is compared: the ways to start (arms), judged untrained on every dataset, and the trainings that start from some of them.

import { alignrec, bpr, freedom, lightgcn, vbpr } from "@wellbegun/train";

/** Datasets in MMRec's layout: folders of the folder that the command is given. */
export const datasets = ["tiktok", "citeulike_a", "lfm2k", "ml1m"];

const smooth = { smooth: 1, damping: 0.5 };

/**
 * Tables that are judged before any training: options of `fit` by arm. `permuted` arms are controls: the same tables, rows in
 * random order.
 *
 * @type {Readonly<Record<string, { options: import("@wellbegun/core").FitOptions, permuted?: true }>>}
 */
export const untrainedArms = {
  default: { options: {} },
  "default, permuted": { options: {}, permuted: true },
  "damping .5": { options: { damping: 0.5 } },
  "smooth 1": { options: { smooth: 1 } },
  "smooth 1, damping .5": { options: smooth },
  "smooth 1, damping .5, permuted": { options: smooth, permuted: true },
  "smooth 4, damping .5": { options: { smooth: 4, damping: 0.5 } },
  "smooth 16, damping .5": { options: { smooth: 16, damping: 0.5 } },
  "whiten .5": { options: { prepare: "whiten", whitenPower: 0.5 } },
  "whiten 1": { options: { prepare: "whiten", whitenPower: 1 } },
  "whiten 1, ridge 1": { options: { prepare: "whiten", whitenPower: 1, whitenRidge: 1 } },
  "weights from validation": { options: { weighting: "validation" } },
  "weights from validation, permuted": { options: { weighting: "validation" }, permuted: true },
  "weights from validation, smooth 1, damping .5": { options: { weighting: "validation", ...smooth } },
};

/**
 * What a training starts from: the tables of `fit`, at the scale of the model's own random start; what is not named starts at
 * random. `smooth` arms have axes that see co-occurrence. In order of interest: a run that is stopped early has the first.
 *
 * @type {Readonly<Record<string, { options?: import("@wellbegun/core").FitOptions, tables?: readonly ("users" | "items")[], permuted?: true }>>}
 */
export const trainedArms = {
  random: {},
  "users+items": { options: {}, tables: ["users", "items"] },
  "users+items, permuted": { options: {}, tables: ["users", "items"], permuted: true },
  "users+items, smooth": { options: smooth, tables: ["users", "items"] },
  "users+items, smooth, permuted": { options: smooth, tables: ["users", "items"], permuted: true },
  users: { options: {}, tables: ["users"] },
  "users, smooth": { options: smooth, tables: ["users"] },
};

/**
 * The regularizations of which validation rows choose one, from the random start with the first seed: all arms are trained
 * with it, so that no start gains by regularizing what the random start leaves free. The first is the model's default, with which
 * `defaultArms` are trained as well.
 *
 * @type {Readonly<Record<string, { define: (options: { regularization: number }) => import("@wellbegun/train").ModelDefinition,
 *   regularizations: readonly [number, ...number[]], learningRate: number, evaluateEvery: number }>>}
 */
export const models = {
  bpr: { define: bpr, regularizations: [0.01, 0.1, 1], learningRate: 0.005, evaluateEvery: 4 },
  lightgcn: { define: lightgcn, regularizations: [1e-4, 0.01, 0.1], learningRate: 0.005, evaluateEvery: 4 },
  vbpr: { define: vbpr, regularizations: [0.01, 0.1, 1], learningRate: 0.005, evaluateEvery: 4 },
  freedom: { define: freedom, regularizations: [1e-3, 0.01, 0.1], learningRate: 0.005, evaluateEvery: 4 },
  alignrec: { define: alignrec, regularizations: [1e-4], learningRate: 0.001, evaluateEvery: 5 },
};

export const defaultArms = ["random", "users+items"];
export const seeds = [1, 2, 3];

/**
 * Pairs of a training step. On ML-1M a step of these models takes the whole graph, or the content of most items, whatever the batch, so
 * that an epoch of 2048 pairs a step takes 17 to 36 CPU seconds.
 *
 * @param {string} dataset @param {string} model
 */
export const batchSizeOf = (dataset, model) =>
  dataset === "ml1m" && ["lightgcn", "vbpr", "freedom"].includes(model) ? 8192 : 2048;

/** Training stops after more than `patience` evaluations without a better validation Recall@20. */
export const shared = { patience: 4, epochs: 400 };
