import type { Dataset } from "@wellbegun/core";
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
 * and moments, the vectors of a step and of an evaluation, the features, the graph, a batch, and a checkpoint.
 * Nothing is read or allocated.
 *
 * @throws {WellbegunError} `invalid-option`, like `train`.
 */
export function trainingMemory(data: Pick<Dataset, "train" | "features">, options: TrainOptions): number {
  const { dimensions, batchSize } = resolveTrainOptions(options);
  const { userCount, itemCount, items } = data.train;
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
    // Value, mean and square as the bytes of a checkpoint.
    (options.checkpoint === undefined ? 0 : 3 * parameters) +
    // Gathered rows of users, positives and negatives, their gradients, and the panels of the contrast.
    12 * batchSize * dimensions;
  // Two directions of the graph and a pruned one: an index and a value for each interaction.
  const graph = 4 * items.length * 2;
  return Math.round(GARBAGE * FLOAT * (values + graph));
}

function featureColumns({ features }: Pick<Dataset, "features">, { model }: TrainOptions): number {
  if (!model.readsFeatures) return 0;
  return Object.values(features).reduce((sum, { columns }) => sum + columns, 0);
}
