import { WellbegunError } from "../errors.ts";

/** Ranking quality, averaged over the users that have held-out items. */
export interface RankingMetrics {
  /** Share of a user's held-out items among its first K: hits / held-out items. */
  readonly recall: number;
  /** Binary gains, discount 1 / log2(rank + 1), over the ideal list cut at min(K, held-out items). */
  readonly ndcg: number;
  /** Users with at least one held-out item, over whom the means run. */
  readonly users: number;
}

/** Item lists in compressed-row form, such as core's interactions. */
export interface ItemLists {
  /** users + 1 offsets into `items`. */
  readonly offsets: ArrayLike<number>;
  readonly items: ArrayLike<number>;
}

/**
 * Recall@K and NDCG@K as the field computes them (MMRec, RecBole): users without held-out items do not count.
 *
 * @param ranked users x listLength item rows, best first; -1 for an empty place.
 * @param listLength Items per user in `ranked`, at least `k`.
 * @param heldOut The items to be found, user by user.
 * @throws {WellbegunError} `mismatch` if there is not one list for each user, or `k` is not within a list.
 */
export function rankingMetrics(
  ranked: Int32Array,
  listLength: number,
  heldOut: ItemLists,
  k: number,
): RankingMetrics {
  const users = heldOut.offsets.length - 1;
  if (ranked.length !== users * listLength) {
    refuse(`${users} lists of ${listLength} items`, `${ranked.length} items`);
  }
  if (!(Number.isInteger(k) && k >= 1 && k <= listLength)) refuse(`a cut from 1 to ${listLength}`, `${k}`);
  const discounts = Float64Array.from({ length: k }, (_, rank) => 1 / Math.log2(rank + 2));
  let recall = 0;
  let ndcg = 0;
  let counted = 0;
  for (let u = 0; u < users; u++) {
    const wanted = new Set<number>();
    for (let e = heldOut.offsets[u]!; e < heldOut.offsets[u + 1]!; e++) wanted.add(heldOut.items[e]!);
    if (wanted.size === 0) continue;
    counted++;
    let hits = 0;
    let gain = 0;
    for (let rank = 0; rank < k; rank++) {
      if (!wanted.has(ranked[u * listLength + rank]!)) continue;
      hits++;
      gain += discounts[rank]!;
    }
    let ideal = 0;
    for (let rank = 0; rank < Math.min(k, wanted.size); rank++) ideal += discounts[rank]!;
    recall += hits / wanted.size;
    ndcg += gain / ideal;
  }
  return { recall: recall / Math.max(counted, 1), ndcg: ndcg / Math.max(counted, 1), users: counted };
}

function refuse(expected: string, found: string): never {
  throw new WellbegunError("mismatch", { doing: "measuring rankings", expected, found });
}
