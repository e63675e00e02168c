import type { Id } from "../data/ids.ts";
import type { FoldingModel, JoinedModel } from "./joined-model.ts";

/** The contribution of one item of a history to a score. */
export interface ItemContribution {
  readonly item: Id;
  /** The contribution of the collaborative half: both items are touched by the same users. */
  readonly collaborative: number;
  /** The contribution of the content half: both items have similar features. */
  readonly content: number;
}

/** Why an item has its score for a user. */
export interface Explanation {
  /**
   * The product of the user's and the item's vectors: the sum of both sides, in units of the standard deviation
   * of the user's scores.
   */
  readonly score: number;
  readonly collaborative: number;
  readonly content: number;
  /** The items of the history, the largest contribution first. Their contributions add up to the sides. */
  readonly history: readonly ItemContribution[];
}

/**
 * Splits a score into the contributions of the two sides of the joined tables and of the items of the history.
 * The split is exact where a side's user vector is proportional to the sum of its items' vectors, as in
 * spectral tables and in a fit with lambda 1 and without `unit` scaling.
 *
 * @param history The user's items; each counts once.
 * @throws {WellbegunError} `invalid-data` for an item that the model does not know.
 */
export function explainScore(model: JoinedModel, history: Iterable<Id>, item: Id): Explanation {
  const items = [...new Set(history)];
  const joined = model.foldIn(items).vector;
  const width = model.collaborative.items.columns;
  const sides = [
    contributions(model.collaborative, items, item, joined.subarray(0, width)),
    contributions(model.content, items, item, joined.subarray(width)),
  ] as const;
  const [collaborative, content] = [total(sides[0]), total(sides[1])];
  return {
    score: collaborative + content,
    collaborative,
    content,
    history: items
      .map((own, at) => ({ item: own, collaborative: sides[0][at]!, content: sides[1][at]! }))
      .sort((a, b) => b.collaborative + b.content - (a.collaborative + a.content)),
  };
}

/**
 * The contribution of each item of the history to the product of `half`, the user's vector on this side, and
 * the item's row.
 */
function contributions(side: FoldingModel, history: readonly Id[], item: Id, half: Float32Array): number[] {
  const singles = history.map((own) => side.foldIn([own]).vector);
  const sum = new Float64Array(half.length);
  for (const single of singles) for (const [c, value] of single.entries()) sum[c]! += value;
  // The factor between the sum of the items' vectors and the user's vector, from the user's degree and the
  // deviation.
  const squares = dot(sum, sum);
  const factor = squares > 0 ? dot(half, sum) / squares : 0;
  return singles.map((single) => factor * dot(single, side.items.row(item)));
}

function dot(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let sum = 0;
  for (let c = 0; c < a.length; c++) sum += a[c]! * b[c]!;
  return sum;
}

function total(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}
