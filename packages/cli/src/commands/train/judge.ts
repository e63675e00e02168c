import type { Backend, Dataset, Interactions, Observer, ScoringTables } from "@wellbegun/core";
import {
  type EvaluationSplit,
  evaluateRanker,
  pairedBootstrap,
  popularityRanker,
  type Ranker,
  tableRanker,
} from "@wellbegun/evaluation";
import { judgedSplit, type SplitMetrics, type TestMask } from "@wellbegun/train";
import {
  type BaselineSettings,
  type OpenBaselines,
  openBaselines,
} from "../../shared/untrained-baselines.ts";

/** Quality on a split. */
export interface SplitQuality extends SplitMetrics {
  /** 95 % interval of the recall over resampled users. */
  readonly low: number;
  readonly high: number;
}

/** Quality on the splits there are. */
export interface Quality {
  readonly validation: SplitQuality | null;
  readonly test: SplitQuality | null;
}

/** What a trained model is compared with: popularity, or an untrained baseline. */
export interface Baseline extends Quality {
  readonly name: string;
}

/** The baselines, with the time that computing them took and the reasons for those left out. */
export interface JudgedBaselines extends Pick<OpenBaselines, "time" | "leftOut"> {
  readonly judged: readonly Baseline[];
}

/** What is judged, by which lists. */
export interface Judgment {
  readonly splits: readonly EvaluationSplit[];
  readonly k: number;
}

/** The splits there are, with what training leaves out of their lists. */
export function judgmentOf(data: Dataset, k: number, testMask: TestMask): Judgment {
  const { train, validation, test } = data;
  const masked = testMask === "train" ? undefined : validation;
  const splits: EvaluationSplit[] = [];
  const add = (
    name: EvaluationSplit["name"],
    heldOut: Interactions | undefined,
    mask: Interactions | undefined,
  ): void => {
    if (heldOut !== undefined) splits.push({ name, train, ...judgedSplit(train, heldOut, mask) });
  };
  add("validation", validation, undefined);
  add("test", test, masked);
  return { splits, k };
}

/** Judges tables by the products of their rows. */
export async function judgeTables(
  tables: ScoringTables,
  judgment: Judgment,
  backend: Backend,
  observer: Observer,
): Promise<Quality> {
  const ranker = await tableRanker(tables, { backend });
  try {
    return await judgeRanker(ranker, judgment, observer);
  } finally {
    await ranker.dispose();
  }
}

/** Popularity, and the untrained baselines of the settings. */
export async function judgeBaselines(
  { train }: Dataset,
  judgment: Judgment,
  settings: BaselineSettings,
  observer: Observer,
): Promise<JudgedBaselines> {
  const untrained = await openBaselines(train, settings, observer);
  try {
    const judged: Baseline[] = [];
    for (const { name, ranker } of [
      { name: "popularity", ranker: popularityRanker(train) },
      ...untrained.contestants,
    ]) {
      judged.push({ name, ...(await judgeRanker(ranker, judgment, observer)) });
    }
    return { judged, time: untrained.time, leftOut: untrained.leftOut };
  } finally {
    await untrained.dispose();
  }
}

async function judgeRanker(ranker: Ranker, { splits, k }: Judgment, observer: Observer): Promise<Quality> {
  const quality: { -readonly [K in keyof Quality]: Quality[K] } = { validation: null, test: null };
  for (const split of splits) {
    const { users, cuts } = await evaluateRanker(ranker, split, { k: [k], signal: observer.signal });
    const { recall, ndcg, perUser } = cuts[0]!;
    const { low, high } = pairedBootstrap(perUser.recall, new Float64Array(perUser.recall.length));
    quality[split.name] = { recall, ndcg, users, low, high };
  }
  return quality;
}
