/** UMAP step by step, so that one can watch: takes a sample of vectors, posts where its points are every few epochs. */

import { createRandom } from "@wellbegun/core/support";
import { UMAP } from "umap-js";

/** Vectors to lay out, row-major. */
export interface UmapRequest {
  readonly vectors: Float32Array;
  readonly columns: number;
}

/** Where the points are after an epoch: x, then y. */
export interface UmapFrame {
  readonly x: Float32Array;
  readonly y: Float32Array;
  readonly epoch: number;
  readonly epochs: number;
}

const EPOCHS = 300;
const EPOCHS_PER_FRAME = 4;

self.onmessage = ({ data }: MessageEvent<UmapRequest>) => {
  const { vectors, columns } = data;
  const rows = Array.from({ length: vectors.length / columns }, (_, row) =>
    unit(vectors.subarray(row * columns, (row + 1) * columns)),
  );
  const random = createRandom(999, "playground/umap");
  // On unit vectors the Euclidean distance orders neighbors as the cosine does.
  const umap = new UMAP({
    nComponents: 2,
    nNeighbors: Math.max(1, Math.min(15, rows.length - 1)),
    minDist: 0.1,
    nEpochs: EPOCHS,
    random: () => random.uniform(),
  });
  const epochs = umap.initializeFit(rows);
  for (let epoch = 0; epoch < epochs; epoch++) {
    umap.step();
    if (epoch % EPOCHS_PER_FRAME === 0 || epoch === epochs - 1)
      self.postMessage(frame(umap.getEmbedding(), epoch + 1, epochs));
  }
};

function unit(vector: Float32Array): number[] {
  const norm = Math.hypot(...vector) || 1;
  return Array.from(vector, (value) => value / norm);
}

/** Coordinates scaled to lie within -0.9 and 0.9. */
function frame(points: readonly (readonly number[])[], epoch: number, epochs: number): UmapFrame {
  const axis = (index: number): Float32Array => {
    const values = Float32Array.from(points, (point) => point[index]!);
    const low = values.reduce((least, value) => Math.min(least, value), Number.POSITIVE_INFINITY);
    const high = values.reduce((most, value) => Math.max(most, value), Number.NEGATIVE_INFINITY);
    return values.map((value) => ((value - low) / (high - low || 1)) * 1.8 - 0.9);
  };
  return { x: axis(0), y: axis(1), epoch, epochs };
}
