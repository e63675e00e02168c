import type { Backend, Interactions } from "@wellbegun/core";
import { createRandom } from "@wellbegun/core/support";
import {
  type PairedDifference,
  pairedBootstraps,
  popularityRanker,
  rowPermutation,
} from "@wellbegun/evaluation";
import { type Judge, judgeUnits, recallOf, recallOfLists, type Vectors, vectorsOf } from "./objective.ts";
import type { Settings } from "./settings.ts";
import type { TrialTables } from "./trial-cache.ts";

/** The compared models; see {@link Comparison}. */
export type Contestant = "best" | "default" | "permuted" | "random" | "popularity";

/** The comparison of the best setting with others, on the same units. */
export interface Comparison {
  /** Number of units (users, or items for `item-cf`). */
  readonly units: number;
  /**
   * Mean scores. `permuted` is the best setting's own table with its rows in random order, and `random` is
   * noise of the same shape: a score that does not exceed these shows no benefit. `item-cf` has no
   * `popularity`.
   */
  readonly scores: Readonly<Partial<Record<Contestant, number>>>;
  /** Best minus default. */
  readonly againstDefault: PairedDifference;
  /** Best minus popularity; null for `item-cf`. */
  readonly againstPopularity: PairedDifference | null;
}

/** The input of {@link compare}. */
export interface ComparisonInput {
  readonly backend: Backend;
  readonly judge: Judge;
  readonly train: Interactions;
  readonly k: number;
  readonly seed: number;
}

/**
 * Judges the best and the default setting on all units again, unit by unit, together with popularity and the
 * controls.
 *
 * @param tablesOf Makes the tables of a trial; the tables are valid until the next call.
 */
export async function compare(
  input: ComparisonInput,
  best: Settings,
  standard: Settings,
  tablesOf: (settings: Settings) => Promise<TrialTables>,
): Promise<Comparison> {
  const { backend, judge, train, k, seed } = input;
  const units = judge.units.length;
  const ofDefault = await judgeUnits(backend, judge, await tablesOf(standard), k, 0, units);
  const tables = await tablesOf(best);
  const vectors = await vectorsOf(backend, judge, tables, 0, units);
  const rank = (own: Vectors): Promise<Float64Array> => recallOf(backend, judge, own, tables.items, k, 0);
  const ofBest = await rank(vectors);
  const permuted = await rank({ ...vectors, data: permute(vectors, seed) });
  const random = await rank({ ...vectors, data: noise(vectors, seed) });
  const popularity = judge.ofUsers ? await judgePopularity(judge, train, k) : undefined;
  const scores = { best: ofBest, default: ofDefault, permuted, random, ...(popularity && { popularity }) };
  const others = popularity === undefined ? [ofDefault] : [ofDefault, popularity];
  const [againstDefault, againstPopularity = null] = pairedBootstraps(
    others.map((other) => [ofBest, other]),
    { seed },
  );
  return {
    units,
    scores: Object.fromEntries(Object.entries(scores).map(([name, values]) => [name, mean(values)])),
    againstDefault: againstDefault!,
    againstPopularity,
  };
}

async function judgePopularity(judge: Judge, train: Interactions, k: number): Promise<Float64Array> {
  const ranker = popularityRanker(train);
  const lists = await ranker.rank(judge.units, k, judge.seen);
  return recallOfLists(lists, judge, k, 0, judge.units.length);
}

function permute({ data, rows, columns }: Vectors, seed: number): Float32Array {
  const result = new Float32Array(data.length);
  for (const [row, from] of rowPermutation(rows, seed, "tune").entries()) {
    result.set(data.subarray(from * columns, (from + 1) * columns), row * columns);
  }
  return result;
}

function noise({ data }: Vectors, seed: number): Float32Array {
  const random = createRandom(seed, "tune/random");
  return data.map(() => random.normal());
}

function mean(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
