import {
  createTable,
  type FoldedUser,
  type Id,
  type IdIndex,
  type Interactions,
  itemDegrees,
  type Table,
  type TransformOptions,
  WellbegunError,
} from "@wellbegun/core";
import { inverseRoots } from "./graphs/user-item.ts";

const DOING = "folding in users";

/**
 * Computes vectors of users that were not in the training data by the model's own propagation: the sum over the
 * items of a history of T_i / sqrt(d_u d_i), with T the model's fold-in table. Such a user has no embedding of
 * its own, and the items' degrees do not change.
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

  /** One user. A repeated item counts once. */
  user(history: Iterable<Id>, { unknownItems = "error" }: TransformOptions): FoldedUser {
    const rows = new Set<number>();
    const unknown: Id[] = [];
    for (const id of history) {
      const row = this.#itemIds === undefined ? id : this.#itemIds.rowOf(id);
      if (typeof row === "number" && Number.isInteger(row) && row >= 0 && row < this.#itemCount)
        rows.add(row);
      else if (unknownItems === "skip") unknown.push(id);
      else throw unknownItem(id);
    }
    // Ascending, so that the order of a history does not matter to the last bit.
    const own = Uint32Array.from(rows).sort();
    const vector = new Float32Array(this.#columns);
    this.#combine(own, vector);
    return { vector, used: own.length, unknown };
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
      else this.#combine(own, into);
    }
    return createTable(data, userCount, this.#columns, userIds);
  }

  /** Sums in float64. */
  #combine(items: Uint32Array, into: Float32Array): void {
    const sum = new Float64Array(this.#columns);
    for (const item of items) {
      const factor = this.#itemRoots[item]! / Math.sqrt(items.length);
      for (let c = 0; c < sum.length; c++) sum[c]! += factor * this.#table[item * sum.length + c]!;
    }
    into.set(sum);
  }
}

function unknownItem(id: Id): WellbegunError {
  return new WellbegunError("invalid-data", {
    doing: DOING,
    expected: "an item that the model was trained with",
    found: `${typeof id} ${JSON.stringify(String(id))}`,
    hint: 'unknownItems: "skip" leaves such items out.',
  });
}
