// The content side of the table's rows, and its permuted control.

import { denseFeatures, fit } from "@wellbegun/core";
import { permuteRows, rowPermutation } from "@wellbegun/evaluation";

/** @typedef {import("@wellbegun/core").Backend} Backend */
/** @typedef {import("@wellbegun/core").Interactions} Interactions */
/** @typedef {import("@wellbegun/core").FoldingModel} FoldingModel */

const linear = /** @type {const} */ ({ lambda: 1, clusters: 1, maxIterations: 0, scale: "none" });

/** The axes of the joined tables' content side. */
export const joinedAxes = { dim: 64, damping: 0.5 };

/**
 * Content tables as `tuneUntrained` makes them.
 *
 * @param {{ train: Interactions, features: Record<string, import("@wellbegun/core").FeatureSource> }} data
 * @param {Readonly<Record<string, number>>} weights
 * @param {{ dim: number, damping?: number }} axes Columns of the tables, all columns of the features side by side if there are
 *   fewer; and the damping of the axes.
 * @param {Backend} backend
 * @returns {Promise<FoldingModel>}
 */
export async function contentModel({ train, features }, weights, { dim, damping = 0 }, backend) {
  // Modalities without a weight were left out by the search.
  const modalities = Object.keys(weights);
  const width = modalities.reduce((sum, name) => sum + (features[name]?.columns ?? 0), 0);
  const project = /** @type {const} */ (
    dim < width ? { dim, damping } : { project: "none", combine: "concat" }
  );
  const options = { ...linear, modalities, weights, ...project, seed: 0 };
  return await fit({ train, features }, { ...options, backend, perModality: false });
}

/**
 * The control: the items' content in another order, and users made of what their items then have.
 *
 * @param {Interactions} train
 * @param {FoldingModel} content
 * @param {Backend} backend
 * @returns {Promise<FoldingModel>}
 */
export async function permutedContent(train, { items }, backend) {
  const order = rowPermutation(items.rows, 999, "control/content");
  const content = denseFeatures(permuteRows(items.data, items.columns, order), items.rows, items.columns);
  const options = /** @type {const} */ ({ ...linear, prepare: "none", project: "none", zeroRows: "keep" });
  return await fit({ train, features: { content } }, { ...options, backend, perModality: false });
}
