import {
  type Backend,
  type Dataset,
  ease,
  type Interactions,
  type Observer,
  type ScoringTables,
  spectral,
} from "@wellbegun/core";
import {
  type EvaluationSplit,
  evaluateRanker,
  itemModelRanker,
  popularityRanker,
  type Ranker,
  tableRanker,
} from "@wellbegun/evaluation";
import { judgedSplit, type SplitMetrics, type TestMask } from "@wellbegun/train";

/** Quality on the splits there are. */
export interface Quality {
  readonly validation: SplitMetrics | null;
  readonly test: SplitMetrics | null;
}

/** What a trained model is compared with. */
export interface Baseline extends Quality {
  readonly name: "popularity" | "spectral" | "ease";
}

/** What is judged, by which lists. */
export interface Judgment {
  readonly splits: readonly EvaluationSplit[];
  readonly k: number;
}

/** Items up to which EASE, whose time grows with their cube, takes seconds. */
const EASE_ITEMS = 2000;

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
  return await judgeRanker(await tableRanker(tables, { backend }), judgment, observer);
}

/** Popularity, a spectral model as wide as the trained one, and EASE where the items are few. */
export async function judgeBaselines(
  { train }: Dataset,
  judgment: Judgment,
  dim: number,
  backend: Backend,
  observer: Observer,
): Promise<Baseline[]> {
  const { signal } = observer;
  const baselines: Baseline[] = [];
  const judge = async (name: Baseline["name"], ranker: Ranker): Promise<void> => {
    baselines.push({ name, ...(await judgeRanker(ranker, judgment, observer)) });
  };
  await judge("popularity", popularityRanker(train));
  const low = await spectral(train, { k: Math.min(dim, train.itemCount), backend, signal });
  await judge("spectral", await tableRanker(low, { backend }));
  if (train.itemCount <= EASE_ITEMS) {
    const model = await ease(train, { backend, signal });
    await judge("ease", itemModelRanker(model, train));
    await model.dispose();
  }
  return baselines;
}

async function judgeRanker(ranker: Ranker, { splits, k }: Judgment, observer: Observer): Promise<Quality> {
  const quality: { -readonly [K in keyof Quality]: Quality[K] } = { validation: null, test: null };
  for (const split of splits) {
    const { users, cuts } = await evaluateRanker(ranker, split, { k: [k], signal: observer.signal });
    const { recall, ndcg } = cuts[0]!;
    quality[split.name] = { recall, ndcg, users };
  }
  await ranker.dispose();
  return quality;
}
