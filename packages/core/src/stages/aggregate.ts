import type { SparseMatrix } from "../backend/backend.ts";
import type { InteractionBlock } from "../data/interaction-source.ts";
import type { Normalization } from "../options/method-options.ts";
import type { Run } from "../pipeline/run.ts";
import { checkpoint } from "../progress.ts";
import { clusterHistogram, type HistogramInput } from "./cluster-histogram.ts";
import { meanItem } from "./mean-item.ts";
import type { Projected } from "./project/project.ts";

/** A modality with both terms of its users, lambda included: users = local x items + global x points. */
export interface Aggregated extends Projected {
  /** The terms of a block of users. */
  readonly termsOf: Aggregation;
  /** The centroids, and the mean item as the last row, in the space of `items`: (K + 1) x d_m, row-major. */
  readonly points: Float32Array;
}

/**
 * The stage `aggregate`: how both terms of every modality's users are made, as sparse matrices, from a block of their
 * interactions. The mean item is computed only where something uses it: users or items without the modality, or an
 * initializer.
 */
export async function aggregate(run: Run, modalities: readonly Projected[]): Promise<Aggregated[]> {
  const { backend, train, options, observer } = run;
  await checkpoint(observer, "aggregating users");
  observer.onProgress?.({ stage: "aggregate", done: 0, total: train.userCount });
  const aggregated: Aggregated[] = [];
  for (const projected of modalities) {
    const { modality, blocks, items, centroids, clustering } = projected;
    const clusters = clustering.counts.length;
    const termsOf = planAggregation({
      itemDegrees: train.itemDegrees,
      labels: clustering.labels,
      clusters,
      missing: blocks.missing,
      normalization: options.normalization[modality]!,
      lambda: options.lambda[modality]!,
    });
    const points = new Float32Array((clusters + 1) * items.columns);
    points.set(centroids);
    if (run.foldsIn || blocks.missing !== undefined || train.activeUsers < train.userCount) {
      points.set(await meanItem(backend, items, blocks.missing), clusters * items.columns);
    }
    aggregated.push({ ...projected, termsOf, points });
  }
  return aggregated;
}

/** The input of the aggregation of one modality. */
export interface AggregationInput extends HistogramInput {
  /** Degree of each item (users, or their weights). */
  readonly itemDegrees: Float64Array;
  readonly missing: Uint8Array | undefined;
  readonly normalization: Normalization;
}

/**
 * Both terms of some rows of a table of one modality as sparse matrices: table = local x items + global x points. The points
 * are the K centroids and, as row K, the mean item.
 */
export interface Terms {
  /** Rows x I; undefined where no row has a local term. */
  readonly local: SparseMatrix | undefined;
  /** Rows x (K + 1); undefined where no row has a global term. */
  readonly global: SparseMatrix | undefined;
}

/** The {@link Terms} of a block of users, lambda included: `local` is undefined when lambda is 0. */
export interface UserTerms extends Terms {
  /** Rows x (K + 1). A user without items of this modality has one entry, for the mean item. */
  readonly global: SparseMatrix;
  /** Users who got the mean item because they have no item of this modality, by their rows in the whole table. */
  readonly fallbackUsers: readonly number[];
}

/** Makes the terms of a modality's users from a block of their interactions. */
export type Aggregation = (block: InteractionBlock) => UserTerms;

/**
 * The local term L_u = sum of w_ui f_i / sqrt(d_u d_i) (`sym`) or the weighted mean (`mean`), and the global
 * term G_u = mean over the user's items of their centroid, computed as the histogram of clusters over the items
 * times the centroids, so that centroids are not gathered for every interaction. Items without the modality
 * count neither in the sums nor in the user's degree.
 */
export function planAggregation(input: AggregationInput): Aggregation {
  const { itemDegrees, missing, lambda, normalization } = input;
  // One array for all blocks: a backend keeps its copy.
  const columnScale = lambda > 0 ? itemFactors(normalization, itemDegrees, missing) : undefined;
  return (block) => blockTerms(block, input, columnScale);
}

/** The terms of a block of users. */
function blockTerms(
  block: InteractionBlock,
  input: AggregationInput,
  columnScale: Float32Array | undefined,
): UserTerms {
  const { itemDegrees, missing, lambda, normalization } = input;
  const { firstRow, rows, offsets, items, weights } = block;
  const degrees = presentDegrees(block, missing);
  const fallbackUsers: number[] = [];
  const rowScale = new Float32Array(rows);
  for (let r = 0; r < rows; r++) {
    const degree = degrees[r]!;
    if (degree === 0) fallbackUsers.push(firstRow + r);
    else rowScale[r] = lambda * userFactor(normalization, degree);
  }
  const columns = itemDegrees.length;
  const local =
    lambda > 0
      ? { rows, columns, offsets, indices: items, values: weights, rowScale, columnScale }
      : undefined;
  return { local, global: clusterHistogram(block, input, degrees), fallbackUsers };
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
function presentDegrees(block: InteractionBlock, missing: Uint8Array | undefined): Float64Array {
  const { rows, offsets, items, weights } = block;
  const degrees = new Float64Array(rows);
  for (let r = 0; r < rows; r++) {
    if (missing === undefined && weights === undefined) {
      degrees[r] = offsets[r + 1]! - offsets[r]!;
      continue;
    }
    let sum = 0;
    for (let e = offsets[r]!; e < offsets[r + 1]!; e++) {
      if (missing?.[items[e]!] !== 1) sum += weights === undefined ? 1 : weights[e]!;
    }
    degrees[r] = sum;
  }
  return degrees;
}
