import type { Interactions, ScoringTables } from "@wellbegun/core";
import { listOf, tableRows } from "./data.ts";

/** Every user's items by score, best first, ties to the lower row, those in `seen` left out. */
export function naiveRanking({ users, items }: ScoringTables, seen: Interactions): number[][] {
  const vectors = tableRows(items);
  return tableRows(users).map((user, u) => {
    const known = new Set(listOf(seen, u));
    return vectors
      .map((vector, item) => ({ item, score: vector.reduce((sum, value, c) => sum + value * user[c]!, 0) }))
      .filter(({ item }) => !known.has(item))
      .sort((a, b) => b.score - a.score || a.item - b.item)
      .map(({ item }) => item);
  });
}

/** Metrics of one list written out from their definitions. */
export function naiveMetrics(list: readonly number[], wanted: readonly number[], k: number) {
  const ranks = list.slice(0, k).flatMap((item, index) => (wanted.includes(item) ? [index + 1] : []));
  const gain = (all: readonly number[]): number =>
    all.reduce((sum, rank) => sum + 1 / Math.log2(rank + 1), 0);
  const ideal = Array.from({ length: Math.min(k, wanted.length) }, (_, index) => index + 1);
  return {
    recall: ranks.length / wanted.length,
    ndcg: gain(ranks) / gain(ideal),
    precision: ranks.length / k,
    map: ranks.reduce((sum, rank, index) => sum + (index + 1) / rank, 0) / ideal.length,
    hitRate: Math.sign(ranks.length),
    mrr: ranks.length === 0 ? 0 : 1 / ranks[0]!,
  };
}

export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / Math.max(values.length, 1);
}

/** Gini coefficient by its definition: mean absolute difference over twice the mean. */
export function naiveGini(counts: readonly number[]): number {
  const differences = counts.flatMap((a) => counts.map((b) => Math.abs(a - b)));
  return mean(differences) / (2 * mean(counts));
}
