// What is compared: four ways to make one item table of several modalities, their candidate settings, and the trainings on them.

/**
 * Datasets in MMRec's layout: folders of the folder that the command is given. TikTok has two modalities, lfm2k and ML-1M three,
 * CiteULike-a one.
 */
export const datasets = ["tiktok", "lfm2k", "citeulike_a", "ml1m"];

/**
 * One setting: options of `fit`, and those of `pretrain` where the unified features take the modalities' place.
 *
 * @typedef {{ fit: import("@wellbegun/core").FitOptions, pretrain?: import("@wellbegun/train").PretrainOptions }} Candidate
 */

const widths = [64, 128, 256];
const ridges = [0.01, 0.1, 1];
const powers = [0.5, 1];

/**
 * The candidates of each arm, of which validation rows choose one.
 *
 * @type {Readonly<Record<string, readonly Candidate[]>>}
 */
export const arms = {
  "side by side": widths.map((dim) => ({ fit: { dim } })),
  whiten: widths.flatMap((dim) =>
    powers.flatMap((whitenPower) =>
      [0, 1].map((whitenRidge) => ({ fit: { dim, prepare: "whiten", whitenPower, whitenRidge } })),
    ),
  ),
  cca: [64, 128].flatMap((dim) => ridges.map((ccaRidge) => ({ fit: { dim, combine: "cca", ccaRidge } }))),
  pretrain: [0.1, 1, 10].flatMap((contrast) => [
    { fit: { dim: 128 }, pretrain: { dimensions: 128, contrast } },
    { fit: { dim: 128, prepare: "whiten", whitenPower: 1 }, pretrain: { dimensions: 128, contrast } },
  ]),
};

/**
 * What of a dataset decides on candidates: the number of its modalities and their columns together.
 *
 * @typedef {{ modalities: number, width: number }} Shape
 */

/** @param {Readonly<Record<string, import("@wellbegun/core").FeatureSource>>} features @returns {Shape} */
export const shapeOf = (features) => ({
  modalities: Object.keys(features).length,
  width: Object.values(features).reduce((sum, { columns }) => sum + columns, 0),
});

/**
 * An arm's candidates on a dataset. A table is at most as wide as the features, and a contrast between modalities means nothing where
 * there is one: only the first setting of `pretrain` is left.
 *
 * @param {string} arm @param {Shape} shape
 */
export const candidatesOf = (arm, { modalities, width }) =>
  (arms[arm] ?? []).filter(
    ({ fit, pretrain }) =>
      (fit.dim ?? 0) <= width && (pretrain === undefined || modalities > 1 || pretrain.contrast === 0.1),
  );

/** One seed for k-means, pretraining and controls of the untrained tables. */
export const seed = 999;

/** Seeds of AlignRec, in the order in which they are run; the permuted control has the first alone. */
export const seeds = [999, 1000, 1001];

/** AlignRec's training. Test rows are read at the epoch of the best validation Recall@20. */
export const training = { patience: 3, dimensions: 64 };

/**
 * Epochs by dataset, and how many lie between two evaluations. An epoch of ML-1M has 343 steps, one of CiteULike-a 81, of TikTok 30
 * and of lfm2k 22; so that a run has about 2,000 steps, of ML-1M 3,400.
 *
 * @type {Readonly<Record<string, { epochs: number, evaluateEvery: number }>>}
 */
export const epochs = {
  tiktok: { epochs: 60, evaluateEvery: 5 },
  lfm2k: { epochs: 100, evaluateEvery: 5 },
  citeulike_a: { epochs: 24, evaluateEvery: 3 },
  ml1m: { epochs: 10, evaluateEvery: 1 },
};
