import type { SparseMatrix, TopK } from "../backend/backend.ts";
import type { Interactions } from "../data/interactions.ts";
import { describe } from "../describe.ts";
import { WellbegunError } from "../errors.ts";
import { selectTop } from "./select-top.ts";

/** The weights of an item-to-item model. */
export interface ItemWeights {
  readonly itemCount: number;
  /** `histories` (users x I) times the I x I weights: users x I, row-major. */
  score(histories: SparseMatrix): Promise<Float32Array>;
  dispose(): void | Promise<void>;
}

/** Options of {@link ItemModel.recommend}. */
export interface ItemRecommendOptions {
  /** Items for each user. Default: 20. */
  readonly k?: number | undefined;
  /** Items to leave out for each user. Default: its history. */
  readonly seen?: Interactions | undefined;
  /** Users whose scores of all items are in memory at a time. Default: 256. */
  readonly blockUsers?: number | undefined;
}

/**
 * A recommender whose scores are a user's history times an I x I matrix of item-to-item weights: EASE or
 * item-kNN. It has no vectors, so no vector store can serve it, and its size grows with the square of the
 * catalog: it is a baseline.
 */
export class ItemModel {
  readonly itemCount: number;
  readonly #weights: ItemWeights;

  /** Made by `ease`, `coOccurrenceKnn` and `contentKnn`. */
  constructor(weights: ItemWeights) {
    this.#weights = weights;
    this.itemCount = weights.itemCount;
  }

  /**
   * The scores of all items: U x I, row-major, for the users of the histories.
   *
   * @throws {WellbegunError} `mismatch` if the histories have another number of items than the model.
   */
  async score(histories: Interactions): Promise<Float32Array> {
    this.#expectItems(histories, "histories");
    return await this.#weights.score(rowsOf(histories, 0, histories.userCount));
  }

  /**
   * The best items of every user of the histories, best first, ties to the lower item row; -1 where there are fewer.
   *
   * @throws {WellbegunError} `mismatch` if the histories or `seen` do not fit; `invalid-option` for a `k` that
   * is not a whole number >= 1.
   */
  async recommend(histories: Interactions, options: ItemRecommendOptions = {}): Promise<TopK> {
    const { k = 20, seen = histories, blockUsers = 256 } = options;
    if (!(Number.isSafeInteger(k) && k >= 1)) {
      throw new WellbegunError("invalid-option", {
        doing: "recommending",
        expected: "a whole number of items >= 1",
        found: describe(k),
        at: "k",
      });
    }
    this.#expectItems(histories, "histories");
    this.#expectItems(seen, "seen");
    const { userCount } = histories;
    const best: TopK = {
      items: new Int32Array(userCount * k).fill(-1),
      scores: new Float32Array(userCount * k).fill(Number.NEGATIVE_INFINITY),
    };
    for (let first = 0; first < userCount; first += blockUsers) {
      const users = Math.min(blockUsers, userCount - first);
      const scores = await this.#weights.score(rowsOf(histories, first, users));
      for (let u = 0; u < users; u++) {
        const known = seen.items.subarray(seen.offsets[first + u]!, seen.offsets[first + u + 1]!);
        const own = scores.subarray(u * this.itemCount, (u + 1) * this.itemCount);
        selectTop(own, known, k, best, (first + u) * k);
      }
    }
    return best;
  }

  /** Frees the weights. */
  async dispose(): Promise<void> {
    await this.#weights.dispose();
  }

  #expectItems({ itemCount }: Interactions, at: string): void {
    if (itemCount === this.itemCount) return;
    throw new WellbegunError("mismatch", {
      doing: "scoring items",
      expected: `the model's ${this.itemCount} items`,
      found: `${itemCount}`,
      at,
    });
  }
}

function rowsOf(
  { offsets, items, weights, itemCount }: Interactions,
  first: number,
  users: number,
): SparseMatrix {
  return {
    rows: users,
    columns: itemCount,
    offsets: offsets.subarray(first, first + users + 1),
    indices: items,
    values: weights,
  };
}
