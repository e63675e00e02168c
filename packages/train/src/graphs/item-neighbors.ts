import { type Backend, WellbegunError } from "@wellbegun/core";
import type { Matrix, SparseMatrix } from "@wellbegun/core/backend";
import { describe, transposeSparse } from "@wellbegun/core/support";
import { withScope } from "../operations/scope.ts";

/** A graph over items, and its transpose, which the backward pass needs: the graph is not symmetric. */
export interface ItemGraph {
  readonly graph: SparseMatrix;
  readonly transposed: SparseMatrix;
}

/** The most similar items of each item by the cosine of their features, itself included, best first. */
export interface ItemNeighbors {
  readonly items: number;
  readonly k: number;
  /** items x k item rows. */
  readonly neighbors: Uint32Array;
  /** Their cosines, in the same order. */
  readonly cosines: Float32Array;
}

/**
 * The k nearest items by cosine. An item is its own nearest neighbor; ties go to the lower row. The similarity of an item
 * without features (a row of zeros) is 0 to every item, and 1 to itself.
 *
 * @throws {WellbegunError} `invalid-option` unless there are at least `k` items.
 */
export async function nearestItems(backend: Backend, features: Matrix, k: number): Promise<ItemNeighbors> {
  const items = features.rows;
  if (!(Number.isInteger(k) && k >= 1 && k <= items)) {
    throw new WellbegunError("invalid-option", {
      doing: "building the item graph",
      expected: `a number of neighbors from 1 to ${items}, the number of items`,
      found: describe(k),
      at: "neighbors",
    });
  }
  return await withScope(backend, async (scope) => {
    const unit = await scope.copy(features);
    const norms = await backend.rowNorms(features);
    await backend.transformRows(unit, { unit: true });
    const best = await backend.topK(unit, unit, k);
    const neighbors = Uint32Array.from(best.items);
    const cosines = best.scores.slice();
    for (let item = 0; item < items; item++) {
      if (norms[item]! > 0) continue;
      neighbors[item * k] = item;
      cosines.fill(0, item * k, (item + 1) * k);
      cosines[item * k] = 1;
    }
    return { items, k, neighbors, cosines };
  });
}

/**
 * AlignRec's item graph: S_ij = s_ij / sqrt(deg_i deg_j) with s_ij the kept cosines and deg_i their sum in row i. Negative
 * cosines keep their sign.
 *
 * @throws {WellbegunError} `invalid-data` if the cosines of a row do not add up to more than 0, since its
 * square root would be undefined.
 */
export function cosineGraph({ items, k, neighbors, cosines }: ItemNeighbors): ItemGraph {
  const roots = new Float32Array(items);
  for (let item = 0; item < items; item++) {
    let degree = 0;
    for (let e = item * k; e < (item + 1) * k; e++) degree += cosines[e]!;
    if (!(degree > 0)) {
      throw new WellbegunError("invalid-data", {
        doing: "building the item graph",
        expected: "cosines to the nearest items that add up to more than 0",
        found: describe(degree),
        at: `item ${item}`,
        hint: "Keep fewer neighbors, or do not center the features.",
      });
    }
    roots[item] = 1 / Math.sqrt(degree);
  }
  return itemGraph(items, k, neighbors, cosines, roots);
}

/** One modality of {@link uniformGraph}. */
export interface WeightedNeighbors {
  readonly neighbors: ItemNeighbors;
  readonly weight: number;
}

/**
 * FREEDOM's item graph: in each modality the k nearest items have the weight 1 / k, whatever their cosine, and the
 * modalities are added with their weights.
 */
export function uniformGraph(modalities: readonly WeightedNeighbors[]): ItemGraph {
  const items = modalities[0]!.neighbors.items;
  const width = modalities.reduce((sum, { neighbors }) => sum + neighbors.k, 0);
  const indices = new Uint32Array(items * width);
  const values = new Float32Array(items * width);
  let column = 0;
  for (const { neighbors, weight } of modalities) {
    const { k } = neighbors;
    for (let item = 0; item < items; item++) {
      const at = item * width + column;
      indices.set(neighbors.neighbors.subarray(item * k, (item + 1) * k), at);
      values.fill(weight / k, at, at + k);
    }
    column += k;
  }
  return itemGraph(items, width, indices, values, undefined);
}

function itemGraph(
  items: number,
  k: number,
  indices: Uint32Array,
  values: Float32Array,
  scale: Float32Array | undefined,
): ItemGraph {
  const offsets = Uint32Array.from({ length: items + 1 }, (_, item) => item * k);
  const graph = {
    rows: items,
    columns: items,
    offsets,
    indices,
    values,
    rowScale: scale,
    columnScale: scale,
  };
  return { graph, transposed: transposeSparse(graph) };
}
