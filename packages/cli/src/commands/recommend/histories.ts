import { readFile } from "node:fs/promises";
import {
  type Backend,
  createTable,
  type FoldedUser,
  type FoldingModel,
  type Id,
  IdIndex,
  interactionsFromArrays,
  recommend,
  WellbegunError,
} from "@wellbegun/core";

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

interface History {
  readonly user: Id;
  readonly items: readonly Id[];
  readonly weights?: readonly number[];
  readonly negatives?: readonly Id[];
}

/**
 * Folds in the users of a file of JSON lines and ranks what they have not touched and do not dislike.
 *
 * @throws {WellbegunError} `io` if the file cannot be read; `format` naming the line that is no history.
 */
export async function recommendForHistories(
  path: string,
  model: FoldingModel,
  k: number,
  backend: Backend,
): Promise<NewUserList[]> {
  const { rows: itemCount, columns, ids } = model.items;
  const histories = await readHistories(path, typeof ids?.ids[0] === "string");
  const vectors = new Float32Array(histories.length * columns);
  const unknown: (readonly Id[])[] = [];
  const reasons: (string | null)[] = [];
  const seen = { users: [] as number[], items: [] as number[] };
  for (const [row, { items, weights, negatives }] of histories.entries()) {
    const folded = model.foldIn(items, { weights, negatives, unknownItems: "skip" });
    vectors.set(folded.vector, row * columns);
    unknown.push(folded.unknown);
    reasons.push(reasonForNone(items, folded));
    for (const item of [...items, ...(negatives ?? [])]) {
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

/** With `textIds`, numbers are converted to text, since the dataset's IDs are text. */
async function readHistories(path: string, textIds: boolean): Promise<History[]> {
  const text = await readFile(path, "utf8").catch((cause: unknown) => {
    const found = cause instanceof Error ? cause.message : String(cause);
    throw new WellbegunError("io", {
      doing: "reading histories",
      expected: "a readable file",
      found,
      at: path,
      cause,
    });
  });
  return text
    .split("\n")
    .map((line, at) => ({ line, at: `${path}, line ${at + 1}` }))
    .filter(({ line }) => line.trim() !== "")
    .map(({ line, at }) => parseHistory(line, at))
    .map(({ items, negatives, ...history }) => ({
      ...history,
      items: textIds ? items.map(String) : items,
      ...(negatives && { negatives: textIds ? negatives.map(String) : negatives }),
    }));
}

function parseHistory(line: string, at: string): History {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    refuse(line, at);
  }
  if (typeof value !== "object" || value === null) return refuse(line, at);
  const { user, items, weights, negatives } = value as Readonly<Record<string, unknown>>;
  if (!isId(user) || !isList(items, isId)) return refuse(line, at);
  if (weights !== undefined && !(isList(weights, isWeight) && weights.length === items.length))
    return refuse(line, at);
  if (negatives !== undefined && !isList(negatives, isId)) return refuse(line, at);
  return { user, items, ...(weights && { weights }), ...(negatives && { negatives }) };
}

function isId(value: unknown): value is Id {
  return typeof value === "string" || typeof value === "number";
}

function isWeight(value: unknown): value is number {
  return typeof value === "number" && value > 0;
}

function isList<T>(value: unknown, accepts: (element: unknown) => element is T): value is readonly T[] {
  return Array.isArray(value) && value.every(accepts);
}

function refuse(line: string, at: string): never {
  throw new WellbegunError("format", {
    doing: "reading histories",
    expected:
      'JSON such as {"user": "ann", "items": [3, 7]}, with weights of the items (above 0) and negatives if any',
    found: line.length > 60 ? `${line.slice(0, 60)}…` : line,
    at,
  });
}
