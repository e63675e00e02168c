import type { Backend, Dataset, Model, ProgressEvent } from "@wellbegun/core";
import { compare, popularityRanker, randomTables, splitOf } from "@wellbegun/evaluation";
import type { Evaluation, EvaluationRow } from "../protocol.ts";

const K = 20;
const RESAMPLES = 200;

/** Judges the vectors on the validation rows, or on the test rows where there are no others, beside their controls. */
export async function evaluate(
  dataset: Dataset,
  { users, items, options }: Model,
  backend: Backend,
  onProgress: (event: ProgressEvent) => void,
): Promise<Evaluation> {
  const { train, validation, test } = dataset;
  const split = (validation?.items.length ?? 0) > 0 ? "validation" : "test";
  if (split === "test" && (test?.items.length ?? 0) === 0) {
    throw new Error("The dataset has no held-out interactions, so there is nothing to judge the vectors on.");
  }
  const { seed } = options;
  const found = await compare(
    [
      { name: "vectors", tables: { users, items } },
      { name: "popularity", ranker: popularityRanker(train) },
      {
        name: "random",
        tables: randomTables(train.userCount, train.itemCount, users.columns, seed),
        control: false,
      },
    ],
    splitOf(dataset, split),
    { protocols: ["zero-shot"], k: [K], resamples: RESAMPLES, seed, backend, onProgress },
  );
  const rows = found.contestants.flatMap(({ name, zeroShot, control, intervals }): EvaluationRow[] => {
    const cut = zeroShot!.cuts[0]!;
    const recall = intervals?.[0]?.recall;
    const own = {
      name,
      recall: cut.recall,
      ndcg: cut.ndcg,
      interval: recall ? ([recall.low, recall.high] as const) : null,
    };
    const permuted = control?.zeroShot?.cuts[0];
    if (permuted === undefined) return [own];
    return [own, { name: "permuted control", recall: permuted.recall, ndcg: permuted.ndcg, interval: null }];
  });
  return { split, users: found.users, interactions: found.interactions, k: K, rows };
}
