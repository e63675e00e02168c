import {
  type Dataset,
  type FeatureSource,
  type Interactions,
  itemDegrees,
  userDegrees,
} from "@wellbegun/core";
import { BLOCK_VALUES } from "./models/batch-rows.ts";
import { mostMappedItems } from "./models/content-ranking.ts";
import { type PretrainOptions, resolvePretrainOptions } from "./pretrain/pretrain-options.ts";
import { resolveTrainOptions, type TrainOptions } from "./train-options.ts";

/** Bytes of a float32. */
const FLOAT = 4;

/**
 * Factor for garbage that is not collected yet: measured with AlignRec on TikTok, where the process grew by 215
 * MB.
 */
const GARBAGE = 1.4;

/**
 * Estimates the bytes that training adds to the process at its peak. It counts the parameters with gradients
 * and moments, the vectors of a step and of an evaluation, the features, the graph and the part of it that a batch takes,
 * the batch, and a checkpoint. No features are read.
 *
 * @throws {WellbegunError} `invalid-option`, like `train`.
 */
export function trainingMemory(data: Pick<Dataset, "train" | "features">, options: TrainOptions): number {
  const { dimensions, batchSize } = resolveTrainOptions(options);
  const { userCount, itemCount, items, weights } = data.train;
  const columns = featureColumns(data, options);
  const embeddings = (userCount + itemCount) * dimensions;
  const features = itemCount * columns;
  const parameters = embeddings + features + columns * dimensions;
  const values =
    // Value, gradient, mean and square.
    4 * parameters +
    // Vectors and their gradients in a step; the best vectors, and those of an evaluation.
    (8 + 4) * embeddings +
    // As they are read and prepared, and the rows of a batch.
    3 * features +
    // The batch's users or items as wide as the features, with their gradient, and blocks of its pairs (FREEDOM).
    2 *
      Math.max(batchSize, Math.min(itemCount, mostMappedItems(batchSize, batchSize, dimensions))) *
      columns +
    6 * Math.min(batchSize * columns, BLOCK_VALUES) +
    // Value, mean and square as the bytes of a checkpoint.
    (options.checkpoint === undefined ? 0 : 3 * parameters) +
    // Gathered rows of users, positives and negatives, their gradients, and the panels of the contrast.
    12 * batchSize * dimensions;
  // Two directions of the graph and a pruned one: an index and a value for each interaction.
  const graph = 4 * items.length * 2 + partEntries(data.train, batchSize) * (weights === undefined ? 1 : 2);
  return Math.round(GARBAGE * FLOAT * (values + graph));
}

/**
 * Most entries of the graph's part that a step takes: the rows of a batch's users and of its positive and negative items, their
 * transposes (of half of the graph at most), on the host and on the backend.
 */
export function partEntries(train: Interactions, batchSize: number): number {
  const { length } = train.items;
  const largest = (degrees: Float64Array, rows: number): number =>
    degrees
      .sort()
      .subarray(-rows)
      .reduce((sum, degree) => sum + degree, 0);
  const entries = [
    largest(userDegrees({ ...train, weights: undefined }), batchSize),
    largest(itemDegrees({ ...train, weights: undefined }), 2 * batchSize),
  ];
  return entries.reduce((sum, own) => sum + 2 * (own + Math.min(own, length / 2)), 0);
}

/**
 * Estimates the bytes that {@link pretrain} adds to the process at its peak: the features as they are read, as they are prepared and
 * on the backend, the maps with gradients and moments and the best ones, and a batch in its three views. No features are read.
 *
 * @throws {WellbegunError} `invalid-option`, like `pretrain`.
 */
export function pretrainingMemory(
  features: Readonly<Record<string, Pick<FeatureSource, "rows" | "columns">>>,
  options: PretrainOptions = {},
): number {
  const { dimensions, batchSize } = resolvePretrainOptions(options);
  const sources = Object.values(features);
  const width = sources.reduce((sum, { columns }) => sum + columns, 0);
  const rows = Math.max(0, ...sources.map((source) => source.rows));
  const batch = Math.min(rows, batchSize);
  const values =
    3 * rows * width +
    // Two maps of each modality: value, gradient, mean and square; and one of them twice more, as the best so far.
    (2 * 4 + 2) * width * dimensions +
    // The batch's rows, and in each of three views the inputs and errors; then the rows side by side.
    (1 + 3 * 2 + 1) * batch * width +
    // The vectors with their gradients in each view and in the contrast; cosines of vectors and of features.
    (3 * 2 + 4) * batch * dimensions +
    3 * batch * batch;
  return Math.round(GARBAGE * FLOAT * values);
}

function featureColumns({ features }: Pick<Dataset, "features">, { model }: TrainOptions): number {
  if (!model.readsFeatures) return 0;
  return Object.values(features).reduce((sum, { columns }) => sum + columns, 0);
}
