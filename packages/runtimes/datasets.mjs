/** The generated datasets, the same on every runtime. */

import * as core from "@wellbegun/core";
import { generateDataset, presets } from "@wellbegun/synthetic";

/** @typedef {Float32Array | Int32Array | Uint32Array} Values */
/** @typedef {ReturnType<typeof makeDataset>} Dataset */

/** @type {Readonly<Record<DatasetName, import("@wellbegun/synthetic").SyntheticOptions>>} */
const sizes = {
  // For software GPUs and plain JavaScript; with items that lack a modality.
  small: {
    users: 240,
    items: 180,
    interactions: 1500,
    modalities: [
      { name: "image", width: 40 },
      { name: "text", width: 24 },
    ],
    missing: 0.05,
  },
  tiktok: presets.tiktok,
};

/** @typedef {"small" | "tiktok"} DatasetName */

/** @type {readonly DatasetName[]} */
export const datasetNames = ["small", "tiktok"];

/** The train split, its features, and the held-out items as histories of new users. @param {DatasetName} name */
export function makeDataset(name) {
  const { train, log, features } = generateDataset(sizes[name]);
  /** @param {Uint32Array} values */
  const kept = (values) => values.filter((_, row) => (log.labels[row] ?? 0) > 0);
  const { userCount, itemCount } = train;
  const rows = { users: kept(log.users), items: kept(log.items) };
  const heldOut = core.interactionsFromArrays({ ...rows, userCount, itemCount });
  /** @type {Record<string, Values>} */
  const arrays = { offsets: train.offsets, items: train.items };
  /** @type {Record<string, core.FeatureSource>} */
  const sources = {};
  for (const [label, { rows, columns, missing, read }] of Object.entries(features)) {
    const data = new Float32Array(rows * columns);
    read(0, rows, data);
    arrays[label] = data;
    sources[label] = core.denseFeatures(data, rows, columns, { missing });
  }
  return { input: { train, features: sources }, heldOut, arrays };
}
