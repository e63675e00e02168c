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

class Vectors(Recommender):
    def __init__(self, users, items):
        super().__init__("vectors")
        self.users, self.vectors = (np.array(side, dtype=np.float64) for side in (users, items))

    def score(self, user_idx, item_idx=None):
        scores = self.vectors @ self.users[user_idx]
        places = np.empty(len(scores))
        places[np.lexsort((np.arange(len(scores)), -scores))] = np.arange(len(scores), 0, -1)
        return places

def judged(task):
    shape = (len(task["users"]), len(task["items"]))

    def dataset(pairs):
        u, i = np.array(pairs, dtype=int).reshape(-1, 2).T
        ids = [{row: row for row in range(count)} for count in shape]
        return Dataset(*shape, *ids, (u, i, np.ones(len(u))))

    model = Vectors(task["users"], task["items"])
    train, held_out = dataset(task["train"]), dataset(task["heldOut"])
    also_seen = dataset(task["alsoSeen"]) if task["alsoSeen"] else None
    model.fit(train)

    def judge(metrics):
        return ranking_eval(model, metrics, train, held_out, also_seen, exclude_unknowns=False)[0]

    answer = {}
    for k in task["cuts"]:
        values = judge([Recall(k=k), NDCG(k=k), Precision(k=k), HitRatio(k=k)])
        answer[str(k)] = dict(zip(["recall", "ndcg", "precision", "hitRate"], values))
    answer["all"] = dict(zip(["map", "mrr"], judge([MAP(), MRR()])))
    return answer

json.dump([judged(task) for task in given], sys.stdout)
`;

const pairsOf = (interactions: Interactions): [number, number][] =>
  Array.from({ length: interactions.userCount }, (_, user) => user).flatMap((user) =>
    listOf(interactions, user).map((item): [number, number] => [user, item]),
  );

/** A ranker, and the vectors that Cornac ranks by. */
interface Task {
  readonly ranker: Ranker;
  readonly tables: ScoringTables;
  readonly split: EvaluationSplit;
  readonly alsoSeen?: Interactions;
}

/** Judges all of them in one process, since Cornac takes seconds to import. */
async function compare(tasks: readonly Task[]): Promise<void> {
  const given = tasks.map(({ tables: { users, items }, split, alsoSeen }) => ({
    users: tableRows(users),
    items: tableRows(items),
    train: pairsOf(split.train),
    heldOut: pairsOf(split.heldOut),
    alsoSeen: alsoSeen === undefined ? [] : pairsOf(alsoSeen),
    cuts: [10, 20],
  }));
  const answers = runPython<Record<string, Record<string, number>>[]>(program, given);
  for (const [task, { ranker, split }] of tasks.entries()) {
    const expected = answers[task]!;
    const { cuts } = await evaluateRanker(ranker, split, { k: [10, 20, split.train.itemCount] });
    for (const [index, name] of ["10", "20", "all"].entries()) {
      for (const [metric, value] of Object.entries(expected[name]!)) {
        const found = cuts[index]![metric as "recall"];
        const what = `task ${task}, ${metric}@${name}: ${found} and ${value}`;
        expect(Math.abs(found - value), what).toBeLessThan(1e-6);
      }
    }
    // Not a comparison of nothing with nothing.
    expect(expected["20"]!.recall).toBeGreaterThan(0);
  }
}

describeWithPython("Cornac's evaluator gives the same", "numpy, scipy, cornac", () => {
  it("on random data with ties, validation and test rows", async () => {
    const tasks: Task[] = [];
    for (const seed of [1, 2, 3]) {
      const task = randomTask(60, 90, 2, seed);
      const scores = new Set<number>();
      for (const item of task.tables.items.data) scores.add(item);
      expect(scores.size).toBeLessThan(6);
      const { tables } = task;
      const ranker = await tableRanker(tables);
      tasks.push({ ranker, tables, split: splitOf(task, "validation") });
      tasks.push({ ranker, tables, split: splitOf(task, "test"), alsoSeen: task.validation });
    }
    await compare(tasks);
    for (const ranker of new Set(tasks.map((task) => task.ranker))) await ranker.dispose();
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

    it("for vectors on validation rows, on test rows with the validation rows masked, and for popularity", async () => {
      const ranker = await tableRanker(tables, { backend });
      const { train, validation } = dataset;
      const degrees = new Float32Array(train.itemCount);
      for (const item of train.items) degrees[item]!++;
      const popular = scoringTables(new Float32Array(train.userCount).fill(1), degrees, 1);
      await compare([
        { ranker, tables, split: some(splitOf(dataset, "validation"), 16) },
        { ranker, tables, split: some(splitOf(dataset, "test"), 32), alsoSeen: validation },
        {
          ranker: popularityRanker(train),
          tables: popular,
          split: some(splitOf(dataset, "validation"), 32),
        },
      ]);
      await ranker.dispose();
    });
  });
});
