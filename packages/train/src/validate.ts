import { type Backend, type Interactions, interactionsFromArrays } from "@wellbegun/core";
import { meanMetrics, mergeInteractions, rankUsers, userMetrics } from "@wellbegun/evaluation";
import type { ModelTables } from "./models/model.ts";
import type { TrainingOperations } from "./operations/operations.ts";
import { withScope } from "./operations/scope.ts";

/** Quality on one split: means over its users. */
export interface SplitMetrics {
  readonly recall: number;
  readonly ndcg: number;
  readonly users: number;
}

/** What a split is judged with. */
export interface JudgedSplit {
  /** What is to be found. */
  readonly heldOut: Interactions;
  /** What is left out of every list. */
  readonly seen: Interactions;
}

/** What is left out of the lists for the test split: the train items, or the validation items as well. */
export type TestMask = "train" | "train+validation";

/** A split of users who have train interactions: a trained model knows nothing of the others, who are not judged. */
export function judgedSplit(
  train: Interactions,
  heldOut: Interactions,
  masked: Interactions | undefined,
): JudgedSplit {
  const users: number[] = [];
  const items: number[] = [];
  for (let user = 0; user < train.userCount; user++) {
    if (train.offsets[user] === train.offsets[user + 1]) continue;
    for (let e = heldOut.offsets[user]!; e < heldOut.offsets[user + 1]!; e++) {
      users.push(user);
      items.push(heldOut.items[e]!);
    }
  }
  const { userCount, itemCount } = train;
  return {
    heldOut: interactionsFromArrays({ users, items, userCount, itemCount }),
    seen: masked === undefined ? train : mergeInteractions(train, masked),
  };
}

/** Recall@k and NDCG@k of the vectors as they lie on the backend; users of one block are ranked at a time. */
export async function judge(
  backend: Backend,
  operations: TrainingOperations,
  { users, items }: ModelTables,
  { heldOut, seen }: JudgedSplit,
  k: number,
): Promise<SplitMetrics> {
  const ranker = {
    userCount: users.rows,
    itemCount: items.rows,
    rank: (rows: Uint32Array, length: number, own: Interactions): Promise<Int32Array> =>
      withScope(backend, async (scope) => {
        const block = await scope.create(rows.length, users.columns);
        await operations.gatherRows(users, rows, block);
        const exclude = {
          rows: own.userCount,
          columns: own.itemCount,
          offsets: own.offsets,
          indices: own.items,
        };
        return (await backend.topK(block, items, length, exclude)).items;
      }),
    dispose: async (): Promise<void> => undefined,
  };
  const judged = Uint32Array.from(
    Array.from({ length: heldOut.userCount }, (_, user) => user).filter(
      (user) => heldOut.offsets[user]! < heldOut.offsets[user + 1]!,
    ),
  );
  const lists = await rankUsers(ranker, judged, k, seen);
  const { recall, ndcg, users: count } = meanMetrics(userMetrics(lists, heldOut, k));
  return { recall, ndcg, users: count };
}
