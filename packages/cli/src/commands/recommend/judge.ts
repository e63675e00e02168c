import {
  type Backend,
  createTable,
  denseFeatures,
  fillColdItems,
  fit,
  type Interactions,
  joinModels,
  type Model,
  type Observer,
  type ScoringTables,
  type Table,
} from "@wellbegun/core";
import {
  evaluateRanker,
  type PairedDifference,
  pairedBootstraps,
  permuteRows,
  popularityRanker,
  type Ranker,
  rowPermutation,
  splitOf,
  tableRanker,
} from "@wellbegun/evaluation";
import type { UntrainedResult } from "@wellbegun/tune";
import type { OpenDataset } from "../../shared/dataset.ts";
import { machineMemory } from "../../shared/machine-memory.ts";
import {
  type BaselineChoice,
  type BaselineLabel,
  openBaselines,
  quickEaseItems,
} from "../../shared/untrained-baselines.ts";
import { recommendBaselines } from "./options.ts";

/** What a line of the table judges. */
export type RecommenderName =
  | "popularity"
  | BaselineLabel
  | "content"
  | "collaborative"
  | "unfilled"
  | "joined"
  | "control";

/** One line of the table. */
export interface JudgedRecommender {
  readonly name: RecommenderName;
  /** Columns of the tables; null for what has none. */
  readonly width: number | null;
  readonly recall: number;
  /** 95 % interval of the recall over resampled users. */
  readonly low: number;
  readonly high: number;
  readonly ndcg: number;
  /** Recall of the items with at most two train interactions; null where none of them is to be found. */
  readonly cold: number | null;
}

/** The quality on the test rows. */
export interface RecommenderQuality {
  readonly k: number;
  readonly users: number;
  readonly rows: readonly JudgedRecommender[];
  /** Baselines that were left out, and why. */
  readonly leftOut: readonly string[];
  /** The best of popularity and the baselines, and the recall of the tables minus its own, user by user. */
  readonly againstBaseline: PairedDifference & { readonly name: RecommenderName };
  /** Recall of the joined tables minus that of their control; null without features. */
  readonly againstControl: PairedDifference | null;
  /** Recall of the joined tables minus that of the collaborative side alone; null without features. */
  readonly againstCollaborative: PairedDifference | null;
  /** Recall of the joined tables minus that without filled cold items; null if none were filled. */
  readonly againstUnfilled: PairedDifference | null;
}

/** How the quality is judged. */
export interface JudgeSettings {
  readonly k: number;
  readonly baselines: readonly BaselineChoice[] | undefined;
  readonly backend: Backend;
}

/**
 * Judges the recommender on the test rows, beside what it must be compared with: popularity, baselines in closed form, each
 * side alone, and the control, whose items have the content of other items. Null without test rows.
 */
export async function judgeRecommender(
  dataset: OpenDataset,
  found: UntrainedResult,
  { k, baselines, backend }: JudgeSettings,
  observer: Observer,
): Promise<RecommenderQuality | null> {
  const { train, test } = dataset;
  if (test.items.length === 0) return null;
  const { content, collaborative, model, unfilled } = found;
  const split = splitOf(dataset, "test");
  const opened = await openBaselines(
    train,
    {
      names: baselines,
      offered: recommendBaselines,
      content: content?.items,
      columns: collaborative.options.k,
      easeItems: quickEaseItems,
      memory: machineMemory() / 2,
      backend,
    },
    observer,
  );
  const judged: Omit<JudgedRecommender, "low" | "high">[] = [];
  const recalls = new Map<RecommenderName, Float64Array>();
  const judge = async (name: RecommenderName, ranker: Ranker, width: number | null): Promise<void> => {
    const { cuts } = await evaluateRanker(ranker, split, { k: [k] });
    const { recall, ndcg, byPopularity, perUser } = cuts[0]!;
    recalls.set(name, perUser.recall);
    const cold = byPopularity.find(({ group }) => group === "cold");
    const coldRecall = cold === undefined || cold.users === 0 ? null : cold.recall;
    judged.push({ name, width, recall, ndcg, cold: coldRecall });
  };
  const judgeTables = async (name: RecommenderName, tables: ScoringTables): Promise<void> => {
    const ranker = await tableRanker(tables, { backend });
    await judge(name, ranker, tables.items.columns);
    await ranker.dispose();
  };
  try {
    await judge("popularity", popularityRanker(train), null);
    for (const { name, ranker } of opened.contestants) await judge(name as BaselineLabel, ranker, null);
  } finally {
    await opened.dispose();
  }
  const strongest = judged.reduce((best, row) => (row.recall > best.recall ? row : best)).name;
  if (content !== undefined) await judgeTables("content", content);
  await judgeTables("collaborative", collaborative);
  if (model !== unfilled) await judgeTables("unfilled", unfilled);
  if (content !== undefined) {
    await judgeTables("joined", model);
    await judgeTables("control", await controlOf(train, found, content, backend));
  }
  const own = recalls.get("joined") ?? recalls.get("collaborative")!;
  const others = content === undefined ? [] : (["control", "collaborative", "unfilled"] as const);
  const compared = [strongest, ...others].filter((name) => recalls.has(name));
  const none = new Float64Array(own.length);
  const intervals = pairedBootstraps([
    ...judged.map(({ name }) => [recalls.get(name)!, none] as const),
    ...compared.map((name) => [own, recalls.get(name)!] as const),
  ]);
  const rows = judged.map(({ name, width, recall, ...metrics }, index) => {
    const { low, high } = intervals[index]!;
    return { name, width, recall, low, high, ...metrics };
  });
  const against = new Map(compared.map((name, index) => [name, intervals[judged.length + index]!]));
  return {
    k,
    users: own.length,
    rows,
    leftOut: opened.leftOut,
    againstBaseline: { name: strongest, ...against.get(strongest)! },
    againstControl: against.get("control") ?? null,
    againstCollaborative: against.get("collaborative") ?? null,
    againstUnfilled: against.get("unfilled") ?? null,
  };
}

/** The joined tables with the items' content permuted, and users who have what their items then have. */
async function controlOf(
  train: Interactions,
  found: UntrainedResult,
  { items }: ScoringTables & { readonly items: Table },
  backend: Backend,
): Promise<ScoringTables> {
  const order = rowPermutation(items.rows, 999, "control/content");
  const permuted = permuteRows(items.data, items.columns, order);
  const model: Model = await fit(
    { train, features: { content: denseFeatures(permuted, items.rows, items.columns) } },
    // The rows are used unchanged: they were prepared and projected before.
    {
      prepare: "none",
      project: "none",
      scale: "none",
      zeroRows: "keep",
      clusters: 1,
      maxIterations: 0,
      lambda: 1,
      backend,
    },
  );
  const side = { users: model.users, items: createTable(permuted, items.rows, items.columns, items.ids) };
  const content = { ...side, foldIn: model.foldIn.bind(model), transform: model.transform.bind(model) };
  const { weight, fillCold } = found.chosen;
  const collaborative =
    fillCold === 0
      ? found.collaborative
      : fillColdItems(found.collaborative, side.items, train, { factor: fillCold });
  return await joinModels(collaborative, content, { weight, backend });
}
