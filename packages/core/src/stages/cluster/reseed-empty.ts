import type { AssignmentStep } from "../../backend/backend.ts";
import type { ClusterPart } from "./parts.ts";
import type { ClusterRows } from "./sampled-rows.ts";

/**
 * Gives each empty cluster the row that is farthest from its centroid, and takes that row out of its old cluster's
 * sum, as scikit-learn does.
 */
export async function reseedEmpty(
  blocks: ClusterRows,
  parts: readonly ClusterPart[],
  centroids: Float32Array,
  step: AssignmentStep,
): Promise<number> {
  const empty: number[] = [];
  for (const [k, count] of step.counts.entries()) if (count === 0) empty.push(k);
  if (empty.length === 0) return 0;
  const { columns } = blocks;
  const distances = new Float32Array(blocks.rows);
  const labels = new Int32Array(blocks.rows);
  for (const part of parts) {
    distances.set(await part.distances(centroids), part.firstRow);
    labels.set(await part.labels(), part.firstRow);
  }
  let reseeded = 0;
  for (const to of empty) {
    const row = farthestRow(distances, labels, step.counts);
    if (row < 0) break;
    reseeded++;
    const from = labels[row]!;
    labels[row] = -1;
    const point = await blocks.gather([row]);
    for (let c = 0; c < columns; c++) {
      step.sums[from * columns + c]! -= point[c]!;
      step.sums[to * columns + c] = point[c]!;
    }
    step.counts[from]!--;
    step.counts[to] = 1;
  }
  return reseeded;
}

/**
 * The first of the rows that are farthest from their centroids, among those of clusters with other rows; -1 if there is none. A
 * row without a cluster has label -1. A pass for each empty cluster takes no memory, where a sorted order takes 20 bytes a row.
 */
function farthestRow(distances: Float32Array, labels: Int32Array, counts: Uint32Array): number {
  let farthest = -1;
  for (let row = 0; row < labels.length; row++) {
    const label = labels[row]!;
    if (label < 0 || counts[label]! <= 1) continue;
    if (farthest < 0 || distances[row]! > distances[farthest]!) farthest = row;
  }
  return farthest;
}
