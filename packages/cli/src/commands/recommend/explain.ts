import {
  type Explanation,
  explainScore,
  type Id,
  type IdIndex,
  type Interactions,
  type JoinedModel,
  WellbegunError,
} from "@wellbegun/core";

/** A train user and an item whose score is to be explained. */
export interface ExplainedPair {
  readonly user: Id;
  readonly item: Id;
  /** The user's train items. */
  readonly history: readonly Id[];
}

/** Why a user gets an item. */
export type ExplainedScore = Explanation & Pick<ExplainedPair, "user" | "item">;

/**
 * Finds the user and the item of `--explain`.
 *
 * @throws {WellbegunError} `invalid-option` unless these are a user and an item of the train rows' tables.
 */
export function findPair(given: readonly string[], train: Interactions): ExplainedPair {
  if (given.length !== 2) refuse("a user and an item, such as 17,2043", given.join(","));
  const { userIds, itemIds, offsets, items } = train;
  const [user, row] = find("user", given[0]!, userIds, train.userCount);
  const [item] = find("item", given[1]!, itemIds, train.itemCount);
  const history = Array.from(items.subarray(offsets[row], offsets[row + 1]), (own) =>
    itemIds === undefined ? own : itemIds.ids[own]!,
  );
  return { user, item, history };
}

/** Explains the score of a pair by the items of the user's history. */
export function explainPair({ user, item, history }: ExplainedPair, model: JoinedModel): ExplainedScore {
  return { user, item, ...explainScore(model, history, item) };
}

/** An ID of the command line and its row: text where IDs are, else a row number. */
function find(kind: "user" | "item", given: string, ids: IdIndex | undefined, rows: number): [Id, number] {
  if (ids !== undefined) {
    const row = ids.rowOf(given);
    return row === undefined ? refuse(`an ID of the ${rows} ${kind}s`, given) : [given, row];
  }
  const row = /^\d+$/.test(given) ? Number(given) : rows;
  if (row < rows) return [row, row];
  return refuse(`the ${kind} as a whole number from 0 to ${rows - 1}`, given);
}

function refuse(expected: string, found: string): never {
  throw new WellbegunError("invalid-option", {
    doing: "reading the options",
    expected,
    found,
    at: "option --explain",
  });
}
