import type { Backend, Dataset, Interactions, Observer, ScoringTables } from "@wellbegun/core";
import {
  type EvaluationSplit,
  evaluateRanker,
  pairedBootstraps,
  popularityRanker,
  type Ranker,
  type RankingEvaluation,
  tableRanker,
} from "@wellbegun/evaluation";
import { judgedSplit, type SplitMetrics, type TestMask } from "@wellbegun/train";
import { plural } from "../../shared/format.ts";
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

/** What a trained model is compared with in its bundle. */
export interface Controls {
  readonly popularity: Quality;
  /** The model's own tables with their rows permuted, as `evaluate` permutes them: ranking by chance. */
  readonly permuted: Quality;
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

/** The splits in which there is something to find, with what training leaves out of their lists. */
export function judgmentOf(data: Dataset, k: number, testMask: TestMask): Judgment {
  const { train, validation, test } = data;
  const masked = testMask === "train" ? undefined : validation;
  const splits: EvaluationSplit[] = [];
  const add = (
    name: EvaluationSplit["name"],
    heldOut: Interactions | undefined,
    mask: Interactions | undefined,
  ): void => {
    const judged = heldOut === undefined ? undefined : judgedSplit(train, heldOut, mask);
    if (judged !== undefined) splits.push({ name, train, ...judged });
  };
  add("validation", validation, undefined);
  add("test", test, masked);
  return { splits, k };
}

/** A note for each split that has rows of which none is judged. */
export function unjudgedNotes(data: Dataset, { splits }: Judgment): string[] {
  return (["validation", "test"] as const)
    .filter((name) => data[name] !== undefined && !splits.some((split) => split.name === name))
    .map((name) => {
      const rows = plural(data[name]!.items.length, `${name} row`);
      return `${rows}: none is judged, because their users have no train rows, or lists leave out what they name.`;
    });
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
    return (await judgeRankers([ranker], judgment, observer))[0]!;
  } finally {
    await ranker.dispose();
  }
}

/** Judges the most popular items, the same for every user. */
export async function judgePopularity(
  { train }: Dataset,
  judgment: Judgment,
  observer: Observer,
): Promise<Quality> {
  return (await judgeRankers([popularityRanker(train)], judgment, observer))[0]!;
}

/** The untrained baselines of the settings. */
export async function judgeBaselines(
  { train }: Dataset,
  judgment: Judgment,
  settings: BaselineSettings,
  observer: Observer,
): Promise<JudgedBaselines> {
  const untrained = await openBaselines(train, settings, observer);
  try {
    const rankers = untrained.contestants.map(({ ranker }) => ranker);
    const qualities = await judgeRankers(rankers, judgment, observer);
    const judged = untrained.contestants.map(({ name }, index) => ({ name, ...qualities[index]! }));
    return { judged, time: untrained.time, leftOut: untrained.leftOut };
  } finally {
    await untrained.dispose();
  }
}

/** Judges rankers one after the other; on each split the resampled users are the same for all, and drawn once. */
async function judgeRankers(
  rankers: readonly Ranker[],
  { splits, k }: Judgment,
  { signal }: Observer,
): Promise<Quality[]> {
  const qualities = rankers.map((): { -readonly [K in keyof Quality]: Quality[K] } => ({
    validation: null,
    test: null,
  }));
  if (rankers.length === 0) return qualities;
  for (const split of splits) {
    const found: RankingEvaluation[] = [];
    for (const ranker of rankers) found.push(await evaluateRanker(ranker, split, { k: [k], signal }));
    const none = new Float64Array(found[0]!.users);
    const intervals = pairedBootstraps(found.map(({ cuts }) => [cuts[0]!.perUser.recall, none]));
    for (const [index, { users, cuts }] of found.entries()) {
      const { recall, ndcg } = cuts[0]!;
      const { low, high } = intervals[index]!;
      qualities[index]![split.name] = { recall, ndcg, users, low, high };
    }
  }
  return qualities;
}
