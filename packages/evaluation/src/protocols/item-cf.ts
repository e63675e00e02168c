import { type Interactions, type Table, WellbegunError } from "@wellbegun/core";
import { coOccurrence, expectSameIds, namesOf, refuseUnknownKeys } from "@wellbegun/core/support";
import { meanMetrics, metricsOf, type RankingMetrics } from "../metrics/accuracy.ts";
import { hitsOf } from "../metrics/hits.ts";
import type { RankedLists } from "../metrics/lists.ts";
import { type RankOptions, rankUsers } from "../ranking/ranker.ts";
import { type TableRankerOptions, tableRanker } from "../ranking/tables.ts";
import { checkedCuts, type GroupMetrics, usersOf } from "./evaluate.ts";
import { popularityGroups } from "./groups.ts";

/** The items that the same users touch, for each item. */
export interface ItemNeighbors {
  /** items + 1 offsets into `items` and `similarities`. */
  readonly offsets: Uint32Array;
  /** Item row of each neighbor, nearest first within an item. */
  readonly items: Uint32Array;
  /** Cosine of the two items' columns in the train matrix, in the same order: above 0, at most 1. */
  readonly similarities: Float64Array;
}

/**
 * The nearest items of each item by co-occurrence: |U_i and U_j| / sqrt(d_i d_j), the similarity of item-based
 * collaborative filtering (Sarwar et al., WWW 2001), ties to the lowest row. Items without a common user are no
 * neighbors, so that an item may have fewer than `count`. Takes the sum over all users of their squared degrees in
 * time, and items x count in memory.
 *
 * @throws {WellbegunError} `invalid-option` for a count that is not a whole number >= 1.
 */
export function coOccurrenceNeighbors(train: Interactions, count: number = 20): ItemNeighbors {
  checkedLength(count, "count");
  const nearest = coOccurrence(train);
  const offsets = new Uint32Array(train.itemCount + 1);
  const items: number[] = [];
  const similarities: number[] = [];
  for (let i = 0; i < train.itemCount; i++) {
    const found = nearest(i, count);
    for (let rank = 0; rank < found.length; rank++) {
      items.push(found.items[rank]!);
      similarities.push(found.similarities[rank]!);
    }
    offsets[i + 1] = items.length;
  }
  return { offsets, items: Uint32Array.from(items), similarities: Float64Array.from(similarities) };
}

/** Options of {@link itemCf}. */
export interface ItemCfOptions extends RankOptions, TableRankerOptions {
  /** The cuts K. Default: [20]. */
  readonly k?: readonly number[] | undefined;
  /** Nearest items by vectors in {@link ItemCfEvaluation.lists}. Default and least: the largest cut. */
  readonly listed?: number | undefined;
}

const optionNames = namesOf<ItemCfOptions>({
  k: true,
  listed: true,
  similarity: true,
  backend: true,
  blockUsers: true,
  signal: true,
  onProgress: true,
});

/** What was found at one cut; `users` counts items here. */
export interface ItemCfCut extends RankingMetrics {
  readonly k: number;
  /** Metrics by the popularity of the item whose neighbors are looked for. */
  readonly byPopularity: readonly GroupMetrics[];
}

/** How well an item table finds the items that the same users touch. */
export interface ItemCfEvaluation {
  /** Items with at least one neighbor by co-occurrence, over which the means run. */
  readonly items: number;
  readonly cuts: readonly ItemCfCut[];
  /** The nearest items of these items by vectors, {@link ItemCfOptions.listed} of each. */
  readonly lists: RankedLists;
}

/**
 * The item-CF protocol (after AlignRec, Liu et al., CIKM 2024): for each item, the nearest items by vectors (itself
 * left out) against its nearest by co-occurrence in the train set. Recall@K is the share of the neighbors by
 * co-occurrence that are among the K nearest by vectors.
 *
 * @param items The item table.
 * @param neighbors The neighbors to be found: {@link coOccurrenceNeighbors} of `train`, computed once for all
 * tables.
 * @param options As {@link zeroShot}, but the similarity is `cosine` by default.
 * @throws {WellbegunError} `mismatch` if the table's rows are not the train data's items, by number or by ID; `invalid-data`;
 * `invalid-option`; `aborted`.
 */
export async function itemCf(
  items: Table,
  train: Interactions,
  neighbors: ItemNeighbors,
  options: ItemCfOptions = {},
): Promise<ItemCfEvaluation> {
  refuseUnknownKeys("judging an item table", options, optionNames);
  const { k, similarity = "cosine", backend, listed: length = 1, ...ranking } = options;
  const cuts = checkedCuts(k);
  const listed = Math.max(...cuts, checkedLength(length, "listed"));
  const { itemCount } = train;
  expectSameIds("judging an item table", "items", train.itemIds, items.ids);
  const ranker = await tableRanker({ users: items, items }, { similarity, backend });
  try {
    const judged = usersOf({ userCount: itemCount, itemCount, ...neighbors });
    const lists = await rankUsers(ranker, judged, listed, itself(itemCount), ranking);
    const groups = popularityGroups(train);
    const hits = hitsOf(lists, neighbors);
    return {
      items: judged.length,
      lists,
      cuts: cuts.map((k) => {
        const perItem = metricsOf(hits, k);
        const byPopularity = groups.names.map((group, index) => ({
          group,
          ...meanMetrics(perItem, (item) => groups.of[item] === index),
        }));
        return { k, ...meanMetrics(perItem), byPopularity };
      }),
    };
  } finally {
    await ranker.dispose();
  }
}

function checkedLength(length: number, at: string): number {
  if (Number.isSafeInteger(length) && length >= 1) return length;
  throw new WellbegunError("invalid-option", {
    doing: "judging an item table",
    expected: "a whole number of listed items >= 1",
    found: `${length}`,
    at,
  });
}

/** A matrix that masks each item in its own list. */
function itself(itemCount: number): Interactions {
  return {
    userCount: itemCount,
    itemCount,
    offsets: Uint32Array.from({ length: itemCount + 1 }, (_, i) => i),
    items: Uint32Array.from({ length: itemCount }, (_, i) => i),
  };
}
