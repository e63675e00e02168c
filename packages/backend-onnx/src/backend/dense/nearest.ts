import { squaredDistance } from "./distances.ts";
import type { Scoring } from "./scores.ts";

/** The label of a row, its score, and the least score of any other centroid. */
export interface Nearest {
  label: number;
  own: number;
  other: number;
}

/**
 * Finds the nearest centroid of row i of a block, from its products with the centroids' offsets, each with an
 * error of at most `error`. Where the best scores are too close, float64 distances to the close centroids
 * decide; ties go to the lowest label.
 */
export function findNearest(
  scoring: Scoring,
  products: Float32Array,
  rows: Float32Array,
  i: number,
  error: number,
  found: Nearest,
): void {
  const { clusters, columns, centroids, constants } = scoring;
  const from = i * clusters;
  let label = 0;
  let best = Infinity;
  let second = Infinity;
  for (let k = 0; k < clusters; k++) {
    const score = constants[k]! - 2 * products[from + k]!;
    if (score < best) {
      second = best;
      best = score;
      label = k;
    } else if (score < second) second = score;
  }
  found.label = label;
  found.own = best;
  found.other = second;
  // Two scores may err in opposite directions. Where the margin is infinite or NaN every centroid is tried.
  const margin = 2 * error;
  if (second - best > margin) return;
  let least = Infinity;
  found.label = 0;
  for (let k = 0; k < clusters; k++) {
    if (constants[k]! - 2 * products[from + k]! > best + margin) continue;
    const distance = squaredDistance(rows, i, centroids, k, columns);
    if (distance < least) {
      least = distance;
      found.label = k;
    }
  }
  if (found.label === label) return;
  found.own = constants[found.label]! - 2 * products[from + found.label]!;
  found.other = best;
}
