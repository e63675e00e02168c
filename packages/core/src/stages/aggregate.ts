import type { SparseMatrix } from "../backend/backend.ts";
import { type Interactions, userDegrees } from "../data/interactions.ts";
import type { Normalization } from "../options/method-options.ts";
import type { Run } from "../pipeline/run.ts";
import { checkpoint } from "../progress.ts";
import { meanItem } from "./mean-item.ts";
import type { Projected } from "./project/project.ts";

/** A modality with both terms of its users, lambda included: users = local x items + global x points. */
export interface Aggregated extends Projected, Aggregation {
  /** The centroids, and the mean item as the last row, in the space of `items`: (K + 1) x d_m, row-major. */
  readonly points: Float32Array;
}

/**
 * The stage `aggregate`: both terms of every modality's users as sparse matrices. The mean item is computed
 * only where something uses it: users or items without the modality, or an initializer.
 */
export async function aggregate(run: Run, modalities: readonly Projected[]): Promise<Aggregated[]> {
  const { backend, input, options, observer } = run;
  await checkpoint(observer, "aggregating users");
  observer.onProgress?.({ stage: "aggregate", done: 0, total: input.train.userCount });
  const aggregated: Aggregated[] = [];
  for (const projected of modalities) {
    const { modality, blocks, items, centroids, clustering } = projected;
    const clusters = clustering.counts.length;
    const aggregation = planAggregation({
      interactions: input.train,
      itemDegrees: run.itemDegrees,
      labels: clustering.labels,
      clusters,
      missing: blocks.missing,
      normalization: options.normalization[modality]!,
      lambda: options.lambda[modality]!,
    });
    const points = new Float32Array((clusters + 1) * items.columns);
    points.set(centroids);
    if (run.foldsIn || blocks.missing !== undefined || aggregation.fallbackUsers.length > 0) {
      points.set(await meanItem(backend, items, blocks.missing), clusters * items.columns);
    }
    aggregated.push({ ...projected, ...aggregation, points });
  }
  return aggregated;
}

/** The input of the aggregation of one modality. */
export interface AggregationInput {
  readonly interactions: Interactions;
  /** Degree of each item (users, or their weights). */
  readonly itemDegrees: Float64Array;
  /** Cluster of each item; -1 for an item without the modality. */
  readonly labels: Int32Array;
  readonly clusters: number;
  readonly missing: Uint8Array | undefined;
  readonly normalization: Normalization;
  /** Weight of the local term. */
  readonly lambda: number;
}

/**
 * Both terms of a table of one modality as sparse matrices: table = local x items + global x points. The points are the K
 * centroids and, as row K, the mean item.
 */
export interface Terms {
  /** Rows x I; undefined where no row has a local term. */
  readonly local: SparseMatrix | undefined;
  /** Rows x (K + 1); undefined where no row has a global term. */
  readonly global: SparseMatrix | undefined;
}

/** The {@link Terms} of a modality's users, lambda included: `local` is undefined when lambda is 0. */
export interface Aggregation extends Terms {
  /** U x (K + 1). A user without items of this modality has one entry, for the mean item. */
  readonly global: SparseMatrix;
  /** Users who got the mean item because they have no item of this modality. */
  readonly fallbackUsers: Uint32Array;
}

/**
 * The local term L_u = sum of w_ui f_i / sqrt(d_u d_i) (`sym`) or the weighted mean (`mean`), and the global
 * term G_u = mean over the user's items of their centroid, computed as the histogram of clusters over the items
 * times the centroids, so that centroids are not gathered for every interaction. Items without the modality
 * count neither in the sums nor in the user's degree.
 */
export function planAggregation(input: AggregationInput): Aggregation {
  const { interactions, missing, lambda, normalization } = input;
  const { userCount, offsets, items, weights } = interactions;
  const degrees = presentDegrees(interactions, missing);
  const fallback: number[] = [];
  const rowScale = new Float32Array(userCount);
  for (let u = 0; u < userCount; u++) {
    const degree = degrees[u]!;
    if (degree === 0) fallback.push(u);
    else rowScale[u] = lambda * userFactor(normalization, degree);
  }
  let local: SparseMatrix | undefined;
  if (lambda > 0) {
    local = {
      rows: userCount,
      columns: interactions.itemCount,
      offsets,
      indices: items,
      values: weights,
      rowScale,
      columnScale: itemFactors(normalization, input.itemDegrees, missing),
    };
  }
  return { local, global: clusterHistogram(input, degrees), fallbackUsers: Uint32Array.from(fallback) };
}

/** The factor of a user's sum under `normalization`; 0 for a user without items. */
export function userFactor(normalization: Normalization, degree: number): number {
  if (degree === 0) return 0;
  return normalization === "sym" ? 1 / Math.sqrt(degree) : 1 / degree;
}

/**
 * The factor of each item under `normalization`; 0 for a missing item. An item without users has degree 0, and
 * counts as degree 1 when a folded-in user has it.
 */
export function itemFactors(
  normalization: Normalization,
  degrees: Float64Array,
  missing: Uint8Array | undefined,
): Float32Array | undefined {
  if (normalization === "mean" && missing === undefined) return undefined;
  const factors = new Float32Array(degrees.length);
  for (let i = 0; i < factors.length; i++) {
    if (missing?.[i] === 1) continue;
    factors[i] = normalization === "mean" ? 1 : 1 / Math.sqrt(degrees[i]! > 0 ? degrees[i]! : 1);
  }
  return factors;
}

/** Users' degrees over the items that have the modality. */
function presentDegrees(interactions: Interactions, missing: Uint8Array | undefined): Float64Array {
  if (missing === undefined) return userDegrees(interactions);
  const { userCount, offsets, items, weights } = interactions;
  const degrees = new Float64Array(userCount);
  for (let u = 0; u < userCount; u++) {
    let sum = 0;
    for (let e = offsets[u]!; e < offsets[u + 1]!; e++) {
      if (missing[items[e]!] !== 1) sum += weights === undefined ? 1 : weights[e]!;
    }
    degrees[u] = sum;
  }
  return degrees;
}

/** (1 - lambda) x the share of each cluster among a user's items; the entry (u, K) = 1 for users without any. */
function clusterHistogram(input: AggregationInput, degrees: Float64Array): SparseMatrix {
  const { interactions, labels, clusters, lambda } = input;
  const { userCount, offsets, items, weights } = interactions;
  const wanted = lambda < 1;
  const rowOffsets = new Uint32Array(userCount + 1);
  const rowScale = new Float32Array(userCount);
  // A user has at most one entry for each cluster and at most one for each interaction; without interactions it
  // has one.
  const most = Math.min(items.length, userCount * clusters) + userCount;
  const indices = new Uint32Array(most);
  const values = new Float32Array(most);
  let length = 0;
  // In an array of integers, counts need no heap allocation while the loop runs in the interpreter.
  const counts = weights === undefined ? new Uint32Array(clusters) : new Float64Array(clusters);
  for (let u = 0; u < userCount; u++) {
    if (degrees[u] === 0) {
      indices[length] = clusters;
      values[length++] = 1;
      rowScale[u] = 1;
    } else if (wanted) {
      countLabels(counts, interactions, labels, offsets[u]!, offsets[u + 1]!);
      length = moveCounts(counts, indices, values, length);
      rowScale[u] = (1 - lambda) / degrees[u]!;
    }
    rowOffsets[u + 1] = length;
  }
  return {
    rows: userCount,
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
  { items, weights }: Interactions,
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
