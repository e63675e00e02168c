import type { Backend, SparseMatrix, TopK } from "../backend/backend.ts";
import type { Interactions } from "../data/interactions.ts";
import type { Table } from "../data/table.ts";
import { upload } from "../data/upload.ts";
import { withBackend } from "../default-backend.ts";
import { describe } from "../describe.ts";
import { WellbegunError } from "../errors.ts";
import { namesOf, refuseUnknownKeys } from "../options/known-keys.ts";
import { checkpoint, type Observer } from "../progress.ts";
import { usersOfTurn } from "../recommend/turns.ts";
import { coOccurrence } from "./co-occurrence.ts";
import { ItemModel } from "./item-model.ts";

/** Options of both item-kNNs. */
export interface NeighborOptions extends Observer {
  /** Nearest items that each item keeps. Default: 100. */
  readonly neighbors?: number | undefined;
}

/** Options of {@link coOccurrenceKnn}. */
export interface ItemKnnOptions extends NeighborOptions {
  /**
   * Added to the denominator of every similarity: pairs of rare items, whose cosine rests on few users, count
   * less. Default: 0.
   */
  readonly shrinkage?: number | undefined;
}

/** Options of {@link contentKnn}. */
export interface ContentKnnOptions extends NeighborOptions {
  /** Default: `wasm()` where the runtime accepts it, else `cpu()`; disposed of at the end. */
  readonly backend?: Backend | undefined;
}

const optionNames = namesOf<ItemKnnOptions>({
  neighbors: true,
  shrinkage: true,
  signal: true,
  onProgress: true,
});
const contentOptionNames = namesOf<ContentKnnOptions>({
  neighbors: true,
  backend: true,
  signal: true,
  onProgress: true,
});

/**
 * Item-kNN by co-occurrence (Sarwar et al. 2001): the score of an item is the sum of its cosine similarities to the items
 * of the history that it is a nearest neighbor of. The cosine is that of the items' columns of R: common users over the
 * geometric mean of the degrees, which the shrinkage is added to. Weights of interactions are ignored.
 *
 * @throws {WellbegunError} `invalid-option` for `neighbors` that is not a whole number >= 1, a shrinkage that is not finite
 * and >= 0, or an option that does not exist; `aborted`.
 */
export async function coOccurrenceKnn(train: Interactions, options: ItemKnnOptions = {}): Promise<ItemModel> {
  const { itemCount } = train;
  const neighbors = checkedNeighbors(options, optionNames);
  const { shrinkage = 0 } = options;
  if (!(Number.isFinite(shrinkage) && shrinkage >= 0)) refuse("a finite number >= 0", shrinkage, "shrinkage");
  const nearest = coOccurrence(train, shrinkage);
  const lists = emptyLists(itemCount, neighbors);
  for (let item = 0; item < itemCount; item++) {
    if (item % 1024 === 0) await checkpoint(options, "finding neighbors");
    const found = nearest(item, neighbors);
    for (let rank = 0; rank < found.length; rank++) {
      lists.items[item * neighbors + rank] = found.items[rank]!;
      lists.scores[item * neighbors + rank] = found.similarities[rank]!;
    }
  }
  return neighborModel(lists, itemCount, neighbors);
}

/**
 * Item-kNN by content: as {@link coOccurrenceKnn}, with the cosine of the items' rows, such as the `items` of a fit.
 *
 * @throws {WellbegunError} `invalid-option` for `neighbors` that is not a whole number >= 1, and for an option that does not exist;
 * `aborted`.
 */
export async function contentKnn(
  content: Pick<Table, "data" | "rows" | "columns">,
  options: ContentKnnOptions = {},
): Promise<ItemModel> {
  const neighbors = checkedNeighbors(options, contentOptionNames);
  const { data, rows, columns } = content;
  return await withBackend(options.backend, async (backend) => {
    const items = await upload(backend, data, rows, columns);
    try {
      await backend.transformRows(items, { unit: true });
      const lists = emptyLists(rows, neighbors);
      const block = Math.min(rows, usersOfTurn(options, content));
      for (let first = 0; first < rows; first += block) {
        await checkpoint(options, "finding neighbors");
        const part = data.subarray(first * columns, (first + block) * columns);
        const own = await upload(backend, part, part.length / columns, columns);
        try {
          await backend.transformRows(own, { unit: true });
          const found = await backend.topK(own, items, neighbors, itself(first, own.rows, rows));
          lists.items.set(found.items, first * neighbors);
          lists.scores.set(found.scores, first * neighbors);
        } finally {
          own.dispose();
        }
      }
      return neighborModel(lists, rows, neighbors);
    } finally {
      items.dispose();
    }
  });
}

/** The entry of each of a range of items with itself. */
function itself(first: number, rows: number, columns: number): SparseMatrix {
  return {
    rows,
    columns,
    offsets: Uint32Array.from({ length: rows + 1 }, (_, i) => i),
    indices: Uint32Array.from({ length: rows }, (_, i) => first + i),
  };
}

/** Scores of histories from lists of neighbors: adds up the rows of a history's items. Only positive scores count. */
function neighborModel({ items, scores }: TopK, itemCount: number, neighbors: number): ItemModel {
  return new ItemModel({
    itemCount,
    score: async ({ rows, offsets, indices, values }) => {
      const result = new Float32Array(rows * itemCount);
      for (let u = 0; u < rows; u++) {
        for (let e = offsets[u]!; e < offsets[u + 1]!; e++) {
          const weight = values?.[e] ?? 1;
          for (let at = indices[e]! * neighbors; at < (indices[e]! + 1) * neighbors; at++) {
            if (items[at]! >= 0 && scores[at]! > 0)
              result[u * itemCount + items[at]!]! += weight * scores[at]!;
          }
        }
      }
      return result;
    },
    dispose: () => undefined,
  });
}

function emptyLists(count: number, k: number): TopK {
  return {
    items: new Int32Array(count * k).fill(-1),
    scores: new Float32Array(count * k).fill(Number.NEGATIVE_INFINITY),
  };
}

function checkedNeighbors(options: NeighborOptions, names: readonly string[]): number {
  refuseUnknownKeys("finding neighbors", options, names);
  const { neighbors = 100 } = options;
  if (!(Number.isSafeInteger(neighbors) && neighbors >= 1)) {
    refuse("a whole number >= 1", neighbors, "neighbors");
  }
  return neighbors;
}

function refuse(expected: string, found: number, at: string): never {
  throw new WellbegunError("invalid-option", {
    doing: "finding neighbors",
    expected,
    found: describe(found),
    at,
  });
}
