import type { SparseMatrix } from "../backend/backend.ts";
import type { InteractionBlock } from "../data/interaction-source.ts";

/** What {@link clusterHistogram} takes besides the interactions. */
export interface HistogramInput {
  /** Cluster of each item; -1 for an item without the modality. */
  readonly labels: Int32Array;
  readonly clusters: number;
  /** Weight of the local term. */
  readonly lambda: number;
}

/** (1 - lambda) x the share of each cluster among a user's items; the entry (u, K) = 1 for users without any. */
export function clusterHistogram(
  block: InteractionBlock,
  { labels, clusters, lambda }: HistogramInput,
  degrees: Float64Array,
): SparseMatrix {
  const { rows, offsets, items, weights } = block;
  const wanted = lambda < 1;
  const rowOffsets = new Uint32Array(rows + 1);
  const rowScale = new Float32Array(rows);
  // A user has at most one entry for each cluster and at most one for each interaction; without interactions it
  // has one.
  const most = Math.min(items.length, rows * clusters) + rows;
  const indices = new Uint32Array(most);
  const values = new Float32Array(most);
  let length = 0;
  // In an array of integers, counts need no heap allocation while the loop runs in the interpreter.
  const counts = weights === undefined ? new Uint32Array(clusters) : new Float64Array(clusters);
  for (let r = 0; r < rows; r++) {
    if (degrees[r] === 0) {
      indices[length] = clusters;
      values[length++] = 1;
      rowScale[r] = 1;
    } else if (wanted) {
      countLabels(counts, block, labels, offsets[r]!, offsets[r + 1]!);
      length = moveCounts(counts, indices, values, length);
      rowScale[r] = (1 - lambda) / degrees[r]!;
    }
    rowOffsets[r + 1] = length;
  }
  return {
    rows,
    columns: clusters + 1,
    offsets: rowOffsets,
    indices: indices.subarray(0, length),
    values: values.subarray(0, length),
    rowScale,
  };
}

/** Adds the interactions from entry `from` on to the counts of their items' clusters. */
function countLabels(
  counts: Uint32Array | Float64Array,
  { items, weights }: InteractionBlock,
  labels: Int32Array,
  from: number,
  to: number,
): void {
  for (let e = from; e < to; e++) {
    const label = labels[items[e]!]!;
    if (label >= 0) counts[label]! += weights === undefined ? 1 : weights[e]!;
  }
}

/** Moves the nonzero counts to the entries of a sparse row that starts at `start`; returns its end. */
function moveCounts(
  counts: Uint32Array | Float64Array,
  indices: Uint32Array,
  values: Float32Array,
  start: number,
): number {
  let length = start;
  for (let k = 0; k < counts.length; k++) {
    const count = counts[k]!;
    if (count === 0) continue;
    indices[length] = k;
    values[length++] = count;
    counts[k] = 0;
  }
  return length;
}
