import { type Backend, type Interactions, interactionsFromArrays } from "@wellbegun/core";
import type { TrainingOperations } from "@wellbegun/core/backend";
import {
  meanMetrics,
  mergeInteractions,
  rankUsers,
  userMetrics,
  withoutOverlap,
} from "@wellbegun/evaluation";
import type { ModelTables } from "./models/model.ts";
import { withScope } from "./operations/scope.ts";

/** Quality on one split: means over its users. */
export interface SplitMetrics {
  readonly recall: number;
  readonly ndcg: number;
  readonly users: number;
}

/** A split as it is evaluated. */
export interface JudgedSplit {
  /** The interactions to find. */
  readonly heldOut: Interactions;
  /** The items left out of the lists. */
  readonly seen: Interactions;
  /** Number of held-out interactions that are ignored because `seen` holds them too. */
  readonly overlap: number;
}

/** The items left out of the lists for the test split: the train items, or the validation items as well. */
export type TestMask = "train" | "train+validation";

/** Every {@link TestMask}. */
export const testMasks: readonly TestMask[] = ["train", "train+validation"];

/**
 * A split of users who have train interactions: other users have no trained vector and are not evaluated.
 * Held-out interactions that are masked as well are left out. Undefined if none are left to find.
 */
export function judgedSplit(
  train: Interactions,
  heldOut: Interactions,
  masked: Interactions | undefined,
): JudgedSplit | undefined {
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
  const seen = masked === undefined ? train : mergeInteractions(train, masked);
  const found = withoutOverlap(interactionsFromArrays({ users, items, userCount, itemCount }), seen);
  return found.heldOut.items.length === 0 ? undefined : { ...found, seen };
}

/** Recall@k and NDCG@k of the vectors on the backend, one block of users at a time. */
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
        const block = await scope.result(rows.length, users.columns);
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
