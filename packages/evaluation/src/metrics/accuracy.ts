import { WellbegunError } from "@wellbegun/core";
import { log } from "@wellbegun/core/support";
import { type Hits, hitsOf } from "./hits.ts";
import type { ItemLists, RankedLists } from "./lists.ts";

/** The ranking metrics, in the order in which tables show them. */
export const accuracyMetrics: readonly AccuracyMetric[] = [
  "recall",
  "ndcg",
  "precision",
  "map",
  "hitRate",
  "mrr",
];

/** Name of a ranking metric; {@link RankingMetrics} defines each. */
export type AccuracyMetric = "recall" | "ndcg" | "precision" | "map" | "hitRate" | "mrr";

/**
 * Ranking quality at a cut K: means over the users that have held-out items. H is the set of a user's held-out
 * items; the list has a hit at rank r (from 1) if its r-th item is in H. Every metric ranges from 0 (nothing
 * found) to 1.
 */
export interface RankingMetrics {
  /** Hits / |H|. */
  readonly recall: number;
  /**
   * Sum of 1 / log2(r + 1) over the hits, divided by the same sum for an ideal list, whose first min(K, |H|)
   * places are hits (binary gains). Source: Järvelin and Kekäläinen, TOIS 2002.
   */
  readonly ndcg: number;
  /** Hits / K, also where a user has fewer than K candidates. */
  readonly precision: number;
  /**
   * Mean average precision: the sum over the hits of (hits up to r) / r, divided by min(K, |H|). This is the
   * definition of RecBole and Kaggle; trec_eval and ranx divide by |H|, which agrees if K >= |H|.
   */
  readonly map: number;
  /** Share of users with at least one hit. */
  readonly hitRate: number;
  /** 1 / rank of the first hit, 0 without one. Source: Voorhees, TREC-8, 1999. */
  readonly mrr: number;
  /** Users with at least one held-out item, over whom the means run. */
  readonly users: number;
}

/** The metrics of each user at one cut, from which means, groups and bootstraps are computed. */
export interface UserMetrics extends Readonly<Record<AccuracyMetric, Float64Array>> {
  readonly k: number;
  /** Row of each judged user: those of the lists that have held-out items. */
  readonly users: Uint32Array;
}

/**
 * The metrics of each user at the cut `k`, as {@link RankingMetrics} defines them. Users of the lists without held-out
 * items are left out.
 *
 * @param heldOut The items to be found, by user row; repeated items count once.
 * @throws {WellbegunError} `mismatch` if the lists' array does not have the length users x k, or the cut
 * exceeds the lists.
 */
export function userMetrics(lists: RankedLists, heldOut: ItemLists, k: number = lists.k): UserMetrics {
  if (lists.items.length !== lists.users.length * lists.k) {
    refuse(`${lists.users.length} lists of ${lists.k} items`, `${lists.items.length} items`);
  }
  if (!(Number.isInteger(k) && k >= 1 && k <= lists.k)) refuse(`a cut from 1 to ${lists.k}`, `${k}`);
  for (const user of lists.users) {
    if (user >= heldOut.offsets.length - 1) {
      refuse(`held-out items of ${user + 1} users`, `${heldOut.offsets.length - 1}`);
    }
  }
  return metricsOf(hitsOf(lists, heldOut), k);
}

/** The metrics of each user at a cut that does not exceed the lists. */
export function metricsOf({ users, wanted, offsets, ranks }: Hits, k: number): UserMetrics {
  const discounts = Float64Array.from({ length: k }, (_, rank) => Math.LN2 / log(rank + 2));
  const ideal = new Float64Array(k + 1);
  for (let rank = 0; rank < k; rank++) ideal[rank + 1] = ideal[rank]! + discounts[rank]!;
  const column = (): Float64Array => new Float64Array(users.length);
  const [recall, ndcg, precision] = [column(), column(), column()];
  const [map, hitRate, mrr] = [column(), column(), column()];
  for (let index = 0; index < users.length; index++) {
    let [hits, gain, precisions] = [0, 0, 0];
    const first = offsets[index]!;
    for (let h = first; h < offsets[index + 1]! && ranks[h]! < k; h++) {
      hits++;
      gain += discounts[ranks[h]!]!;
      precisions += hits / (ranks[h]! + 1);
    }
    if (hits === 0) continue;
    const reachable = Math.min(k, wanted[index]!);
    recall[index] = hits / wanted[index]!;
    ndcg[index] = gain / ideal[reachable]!;
    precision[index] = hits / k;
    map[index] = precisions / reachable;
    hitRate[index] = 1;
    mrr[index] = 1 / (ranks[first]! + 1);
  }
  return { k, users, recall, ndcg, precision, map, hitRate, mrr };
}

/**
 * Means over the judged users, or over those of them for which `include` holds. Without any user all are 0, with
 * `users` 0.
 */
export function meanMetrics(
  metrics: UserMetrics,
  include: (user: number) => boolean = () => true,
): RankingMetrics {
  const chosen: number[] = [];
  for (let index = 0; index < metrics.users.length; index++) {
    if (include(metrics.users[index]!)) chosen.push(index);
  }
  const mean = (values: Float64Array): number => {
    let sum = 0;
    for (const index of chosen) sum += values[index]!;
    return sum / Math.max(chosen.length, 1);
  };
  const { recall, ndcg, precision, map, hitRate, mrr } = metrics;
  return {
    recall: mean(recall),
    ndcg: mean(ndcg),
    precision: mean(precision),
    map: mean(map),
    hitRate: mean(hitRate),
    mrr: mean(mrr),
    users: chosen.length,
  };
}

function refuse(expected: string, found: string): never {
  throw new WellbegunError("mismatch", { doing: "measuring rankings", expected, found });
}
