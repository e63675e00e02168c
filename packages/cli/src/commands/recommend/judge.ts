import {
  type Backend,
  createTable,
  denseFeatures,
  fillColdItems,
  fit,
  type Interactions,
  joinModels,
  type Model,
  type ScoringTables,
} from "@wellbegun/core";
import {
  evaluateRanker,
  type PairedDifference,
  pairedBootstrap,
  permuteRows,
  popularityRanker,
  type Ranker,
  rowPermutation,
  splitOf,
  tableRanker,
} from "@wellbegun/evaluation";
import type { UntrainedResult } from "@wellbegun/tune";
import type { OpenDataset } from "../../shared/dataset.ts";

/** One line of the table. */
export interface JudgedRecommender {
  readonly name: "popularity" | "content" | "collaborative" | "unfilled" | "joined" | "control";
  /** Columns of the tables; null for popularity. */
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
  /** Recall of the joined tables minus that of their control, user by user. */
  readonly againstControl: PairedDifference;
  /** Recall of the joined tables minus that of the collaborative side alone. */
  readonly againstCollaborative: PairedDifference;
  /** Recall of the joined tables minus that without filled cold items; null if none were filled. */
  readonly againstUnfilled: PairedDifference | null;
}

/**
 * Judges the recommender on the test rows, beside what it must be compared with: popularity, each side alone, and the control,
 * whose items have the content of other items. Null without test rows.
 */
export async function judgeRecommender(
  dataset: OpenDataset,
  found: UntrainedResult,
  k: number,
  backend: Backend,
): Promise<RecommenderQuality | null> {
  const { train, test } = dataset;
  if (test.items.length === 0 || found.content === undefined) return null;
  const split = splitOf(dataset, "test");
  const control = await controlOf(train, found, backend);
  const filled = found.model !== found.unfilled;
  const rankers: [JudgedRecommender["name"], Ranker, number | null][] = [
    ["popularity", popularityRanker(train), null],
  ];
  for (const [name, tables] of [
    ["content", found.content],
    ["collaborative", found.collaborative],
    ...(filled ? ([["unfilled", found.unfilled]] as const) : []),
    ["joined", found.model],
    ["control", control],
  ] as const) {
    rankers.push([name, await tableRanker(tables, { backend }), tables.items.columns]);
  }
  const rows: JudgedRecommender[] = [];
  const recalls: Partial<Record<JudgedRecommender["name"], Float64Array>> = {};
  for (const [name, ranker, width] of rankers) {
    const { recall, ndcg, byPopularity, perUser } = (await evaluateRanker(ranker, split, { k: [k] }))
      .cuts[0]!;
    await ranker.dispose();
    recalls[name] = perUser.recall;
    const { low, high } = pairedBootstrap(perUser.recall, new Float64Array(perUser.recall.length));
    const cold = byPopularity.find(({ group }) => group === "cold");
    rows.push({
      name,
      width,
      recall,
      low,
      high,
      ndcg,
      cold: cold === undefined || cold.users === 0 ? null : cold.recall,
    });
  }
  return {
    k,
    users: recalls.joined!.length,
    rows,
    againstControl: pairedBootstrap(recalls.joined!, recalls.control!),
    againstCollaborative: pairedBootstrap(recalls.joined!, recalls.collaborative!),
    againstUnfilled: filled ? pairedBootstrap(recalls.joined!, recalls.unfilled!) : null,
  };
}

/** The joined tables with the items' content permuted, and users who have what their items then have. */
async function controlOf(
  train: Interactions,
  found: UntrainedResult,
  backend: Backend,
): Promise<ScoringTables> {
  const { items } = found.content!;
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
