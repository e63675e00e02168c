import {
  createTable,
  type FoldedUser,
  type FoldInOptions,
  type Id,
  type IdIndex,
  type Interactions,
  itemDegrees,
  type Table,
  type TransformOptions,
  WellbegunError,
} from "@wellbegun/core";
import { resolveHistory } from "@wellbegun/core/support";
import { inverseRoots } from "./graphs/user-item.ts";

const DOING = "folding in users";

/**
 * Computes vectors of users that were not in the training data by the model's own propagation: the sum over the
 * items of a history of w_i T_i / sqrt(d_u d_i), with T the model's fold-in table, w_i the weights (1 by default)
 * and d_u their sum. Such a user has no embedding of its own, and the items' degrees do not change.
 */
export class Folder {
  readonly #table: Float32Array;
  readonly #columns: number;
  readonly #itemCount: number;
  readonly #itemIds: IdIndex | undefined;
  readonly #itemRoots: Float32Array;

  /** @param table I x d. */
  constructor(table: Float32Array, train: Interactions) {
    this.#table = table;
    this.#itemCount = train.itemCount;
    this.#columns = table.length / train.itemCount;
    this.#itemIds = train.itemIds;
    this.#itemRoots = inverseRoots(itemDegrees(train));
  }

  /** One user. A repeated item counts once, with its largest weight. */
  user(history: Iterable<Id>, options: FoldInOptions): FoldedUser {
    const known = { rows: this.#itemCount, ids: this.#itemIds };
    // Rows are ascending, so that the order of a history does not matter to the last bit.
    const { rows, weights, negatives, unknown } = resolveHistory(history, known, options);
    const sum = new Float64Array(this.#columns);
    this.#add(rows, weights, 1 / Math.sqrt(total(weights)), sum);
    if (negatives !== undefined) {
      const trained = negatives.weights.filter((_, e) => this.#itemRoots[negatives.rows[e]!] !== 0);
      if (trained.length > 0) {
        this.#add(negatives.rows, negatives.weights, -negatives.factor / total(trained), sum);
      }
    }
    return { vector: Float32Array.from(sum), used: rows.length, unknown };
  }

  /** All users of some interactions; items are found by their IDs where both sides have them. */
  users(interactions: Interactions, options: TransformOptions): Table {
    const { userCount, userIds, itemIds, offsets, items } = interactions;
    const byId = itemIds !== undefined && this.#itemIds !== undefined;
    if (!byId && interactions.itemCount !== this.#itemCount) {
      throw new WellbegunError("mismatch", {
        doing: DOING,
        expected: `interactions with the model's ${this.#itemCount} items, or with item IDs on both sides`,
        found: `${interactions.itemCount} items`,
      });
    }
    const data = new Float32Array(userCount * this.#columns);
    for (let user = 0; user < userCount; user++) {
      const own = items.subarray(offsets[user]!, offsets[user + 1]!);
      const into = data.subarray(user * this.#columns, (user + 1) * this.#columns);
      if (byId)
        into.set(
          this.user(
            Array.from(own, (item) => itemIds.ids[item]!),
            options,
          ).vector,
        );
      else {
        const sum = new Float64Array(this.#columns);
        this.#add(own, undefined, 1 / Math.sqrt(own.length), sum);
        into.set(sum);
      }
    }
    return createTable(data, userCount, this.#columns, userIds);
  }

  /** Adds the propagated items to a sum in float64. */
  #add(items: Uint32Array, weights: Float32Array | undefined, share: number, sum: Float64Array): void {
    for (const [e, item] of items.entries()) {
      const factor = share * this.#itemRoots[item]! * (weights?.[e] ?? 1);
      if (factor === 0) continue;
      for (let c = 0; c < sum.length; c++) sum[c]! += factor * this.#table[item * sum.length + c]!;
    }
  }
}

function total(weights: Float32Array): number {
  return weights.reduce((sum, weight) => sum + weight, 0);
}
