import type { Backend, Dataset, ProgressEvent, ScoringTables } from "@wellbegun/core";
import { compare, popularityRanker, randomTables, splitOf } from "@wellbegun/evaluation";
import type { Evaluation, EvaluationRow } from "../protocol.ts";

const K = 20;
const RESAMPLES = 200;

/**
 * Judges vectors beside their controls, on the validation rows or on the test rows where there are no others.
 *
 * @param seed Of the vectors; the controls are drawn from it.
 * @param chosenOnValidation Whether the validation rows had a part in the vectors: then the test rows judge them first.
 */
export async function evaluate(
  dataset: Dataset,
  { users, items }: ScoringTables,
  seed: number,
  chosenOnValidation: boolean,
  backend: Backend,
  onProgress: (event: ProgressEvent) => void,
): Promise<Evaluation> {
  const { train } = dataset;
  const order = chosenOnValidation ? (["test", "validation"] as const) : (["validation", "test"] as const);
  const split = order.find((name) => (dataset[name]?.items.length ?? 0) > 0);
  if (split === undefined) {
    throw new Error("The dataset has no held-out interactions, so there is nothing to judge the vectors on.");
  }
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
