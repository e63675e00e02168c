import {
  type Backend,
  createTable,
  type FoldedUser,
  type FoldingModel,
  type Id,
  IdIndex,
  interactionsFromArrays,
  recommend,
} from "@wellbegun/core";
import type { History } from "./read-histories.ts";

/** The list of one new user. */
export interface NewUserList {
  readonly user: Id;
  readonly items: readonly Id[];
  readonly scores: readonly number[];
  /** Why the list is empty, where the history gives no vector; else null. */
  readonly reason: string | null;
  /** Items of the history that the dataset does not have. */
  readonly unknown: readonly Id[];
}

/** Folds in new users and ranks what they have not touched and do not dislike. */
export async function recommendForHistories(
  histories: readonly History[],
  model: FoldingModel,
  k: number,
  backend: Backend,
): Promise<NewUserList[]> {
  const { rows: itemCount, columns, ids } = model.items;
  const vectors = new Float32Array(histories.length * columns);
  const unknown: (readonly Id[])[] = [];
  const reasons: (string | null)[] = [];
  const seen = { users: [] as number[], items: [] as number[] };
  for (const [row, { user: _, items, ...how }] of histories.entries()) {
    const folded = model.foldIn(items, { ...how, unknownItems: "skip" });
    vectors.set(folded.vector, row * columns);
    unknown.push(folded.unknown);
    reasons.push(reasonForNone(items, folded));
    for (const item of [...items, ...(how.negatives ?? [])]) {
      const at = ids === undefined ? item : ids.rowOf(item);
      if (folded.unknown.includes(item) || typeof at !== "number") continue;
      seen.users.push(row);
      seen.items.push(at);
    }
  }
  const users = createTable(
    vectors,
    histories.length,
    columns,
    new IdIndex(histories.map(({ user }) => user)),
  );
  const history = interactionsFromArrays({
    ...seen,
    userCount: histories.length,
    itemCount,
    userIds: users.ids,
    itemIds: ids,
  });
  const lists = await recommend({ users, items: model.items }, { k, seen: history, backend });
  return histories.map(({ user }, row) => {
    const reason = reasons[row]!;
    const list = reason === null ? lists.of(user) : [];
    return {
      user,
      items: list.map(({ item }) => item),
      scores: list.map(({ score }) => score),
      reason,
      unknown: unknown[row]!,
    };
  });
}

/** A zero vector scores all items equally, so that its list would be the items in row order. */
function reasonForNone(items: readonly Id[], { used, vector }: FoldedUser): string | null {
  if (items.length === 0) return "the history has no items";
  if (used === 0) return "none of the items is known";
  return vector.every((value) => value === 0) ? "the vector of the items is zero" : null;
}
