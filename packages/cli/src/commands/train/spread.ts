import type { Quality, SplitQuality } from "./judge.ts";

/** Mean and standard deviation of a metric over runs with different seeds. */
export interface MeanMetric {
  readonly mean: number;
  /** Of the runs (divided by their number minus 1). */
  readonly deviation: number;
}

/** What runs with different seeds come to, by split; null for a split that is not there. */
export type Spread = {
  readonly [K in keyof Quality]: { readonly recall: MeanMetric; readonly ndcg: MeanMetric } | null;
};

/** @param runs At least two, all judged on the same splits. */
export function spreadOf(runs: readonly Quality[]): Spread {
  return { validation: splitSpread(runs, "validation"), test: splitSpread(runs, "test") };
}

function splitSpread(runs: readonly Quality[], split: keyof Quality): Spread[keyof Quality] {
  const found = runs.map((run) => run[split]).filter((metrics): metrics is SplitQuality => metrics !== null);
  if (found.length === 0) return null;
  return { recall: meanOf(found.map(({ recall }) => recall)), ndcg: meanOf(found.map(({ ndcg }) => ndcg)) };
}

function meanOf(values: readonly number[]): MeanMetric {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { mean, deviation: Math.sqrt(squares / (values.length - 1)) };
}
