import { type MmrecDataset, readMmrecDataset } from "@wellbegun/adapters/node";
import { type Backend, fit, type Interactions, type ScoringTables, wasm } from "@wellbegun/core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  type EvaluationSplit,
  evaluateRanker,
  popularityRanker,
  type Ranker,
  splitOf,
  tableRanker,
} from "../src/index.ts";
import { listOf, randomTask, scoringTables, tableRows, toInteractions } from "./support/data.ts";
import { describeWithPython, runPython } from "./support/python.ts";
import { tiktok } from "./support/tiktok.ts";

/**
 * Cornac's evaluator, ranking and masking by itself from the same vectors. Its own sort leaves ties to chance, so it
 * is given each score's place under our rule: by score, then by the lowest item.
 */
const program = `
import scipy.sparse
from cornac.data import Dataset
from cornac.eval_methods.base_method import ranking_eval
from cornac.metrics import HitRatio, MAP, MRR, NDCG, Precision, Recall
from cornac.models import Recommender

users, items = (np.array(given[side], dtype=np.float64) for side in ("users", "items"))
shape = (len(users), len(items))

def dataset(pairs):
    u, i = np.array(pairs, dtype=int).reshape(-1, 2).T
    ids = [{row: row for row in range(count)} for count in shape]
    return Dataset(*shape, *ids, (u, i, np.ones(len(u))))

class Vectors(Recommender):
    def score(self, user_idx, item_idx=None):
        scores = items @ users[user_idx]
        places = np.empty(shape[1])
        places[np.lexsort((np.arange(shape[1]), -scores))] = np.arange(shape[1], 0, -1)
        return places

model = Vectors("vectors")
train, held_out = dataset(given["train"]), dataset(given["heldOut"])
also_seen = dataset(given["alsoSeen"]) if given["alsoSeen"] else None
model.fit(train)

def judge(metrics):
    return ranking_eval(model, metrics, train, held_out, also_seen, exclude_unknowns=False)[0]

answer = {}
for k in given["cuts"]:
    values = judge([Recall(k=k), NDCG(k=k), Precision(k=k), HitRatio(k=k)])
    answer[str(k)] = dict(zip(["recall", "ndcg", "precision", "hitRate"], values))
answer["all"] = dict(zip(["map", "mrr"], judge([MAP(), MRR()])))
json.dump(answer, sys.stdout)
`;

const pairsOf = (interactions: Interactions): [number, number][] =>
  Array.from({ length: interactions.userCount }, (_, user) => user).flatMap((user) =>
    listOf(interactions, user).map((item): [number, number] => [user, item]),
  );

async function compare(
  ranker: Ranker,
  { users, items }: ScoringTables,
  split: EvaluationSplit,
  alsoSeen: Interactions | undefined,
): Promise<void> {
  const expected = runPython<Record<string, Record<string, number>>>(program, {
    users: tableRows(users),
    items: tableRows(items),
    train: pairsOf(split.train),
    heldOut: pairsOf(split.heldOut),
    alsoSeen: alsoSeen === undefined ? [] : pairsOf(alsoSeen),
    cuts: [10, 20],
  });
  const { itemCount } = split.train;
  const { cuts } = await evaluateRanker(ranker, split, { k: [10, 20, itemCount] });
  for (const [index, name] of ["10", "20", "all"].entries()) {
    for (const [metric, value] of Object.entries(expected[name]!)) {
      const found = cuts[index]![metric as "recall"];
      expect(Math.abs(found - value), `${metric}@${name}: ${found} and ${value}`).toBeLessThan(1e-6);
    }
  }
  // Not a comparison of nothing with nothing.
  expect(expected["20"]!.recall).toBeGreaterThan(0);
}

describeWithPython("Cornac's evaluator gives the same", "numpy, scipy, cornac", () => {
  it.each([1, 2, 3])("on random data with ties, validation and test rows (%d)", async (seed) => {
    const task = randomTask(60, 90, 2, seed);
    const scores = new Set<number>();
    for (const item of task.tables.items.data) scores.add(item);
    expect(scores.size).toBeLessThan(6);
    const ranker = await tableRanker(task.tables);
    await compare(ranker, task.tables, splitOf(task, "validation"), undefined);
    await compare(ranker, task.tables, splitOf(task, "test"), task.validation);
    await ranker.dispose();
  });

  describe.skipIf(tiktok === undefined)("on TikTok", () => {
    let dataset: MmrecDataset;
    let backend: Backend;
    let tables: ScoringTables;

    beforeAll(async () => {
      dataset = await readMmrecDataset(tiktok!);
      backend = await wasm();
      const input = { train: dataset.train, features: dataset.features };
      const { users, items } = await fit(input, { backend, perModality: false });
      // Rounded to whole numbers, products are exact in float32 and float64 alike, and tie often.
      const whole = (table: Float32Array): Float32Array => {
        const largest = table.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
        return table.map((value) => Math.round((40 * value) / largest));
      };
      tables = scoringTables(whole(users.data), whole(items.data), items.columns);
    });
    afterAll(async () => {
      await backend.dispose();
      await dataset.close();
    });
    /** Held-out rows of every so-and-so-many-th user; all items compete for each. */
    const some = (split: EvaluationSplit, every: number): EvaluationSplit => {
      const { userCount, itemCount } = split.heldOut;
      const lists = Array.from({ length: userCount }, (_, u) =>
        u % every === 0 ? listOf(split.heldOut, u) : [],
      );
      return { ...split, heldOut: toInteractions(lists, itemCount) };
    };

    it("for vectors on validation rows", async () => {
      const ranker = await tableRanker(tables, { backend });
      await compare(ranker, tables, some(splitOf(dataset, "validation"), 4), undefined);
      await ranker.dispose();
    });

    it("for vectors on test rows, with the validation rows masked", async () => {
      const ranker = await tableRanker(tables, { backend });
      await compare(ranker, tables, some(splitOf(dataset, "test"), 8), dataset.validation);
      await ranker.dispose();
    });

    it("for popularity", async () => {
      const { train } = dataset;
      const degrees = new Float32Array(train.itemCount);
      for (const item of train.items) degrees[item]!++;
      const popular = scoringTables(new Float32Array(train.userCount).fill(1), degrees, 1);
      await compare(popularityRanker(train), popular, some(splitOf(dataset, "validation"), 8), undefined);
    });
  });
});
