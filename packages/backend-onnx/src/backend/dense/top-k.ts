import { WellbegunError } from "@wellbegun/core";
import type { Matrix, SparseMatrix, TopK } from "@wellbegun/core/backend";
import { blocks, type Context, lend } from "./context.ts";

/** Users and items whose scores are in memory at a time: 4 MB. */
const USERS = 256;
const ITEMS = 4096;

const doing = "ranking items";

/** The best items of each user, block by block: the product gives scores, and the host ranks them. */
export async function topK(
  { host, sessions }: Context,
  users: Matrix,
  items: Matrix,
  k: number,
  exclude: SparseMatrix | undefined,
): Promise<TopK> {
  const best = new BestItems(users.rows, k);
  const scores = new Float32Array(Math.min(USERS, users.rows) * Math.min(ITEMS, items.rows));
  for (const [firstUser, userCount] of blocks(users.rows, USERS)) {
    for (const [firstItem, itemCount] of blocks(items.rows, ITEMS)) {
      const block = scores.subarray(0, userCount * itemCount);
      await lend(host, users, firstUser, userCount, (left) =>
        lend(host, items, firstItem, itemCount, (right) =>
          sessions.run("productOfRows", left, right, { values: block, rows: userCount, columns: itemCount }),
        ),
      );
      for (let u = 0; u < userCount; u++) {
        const own = block.subarray(u * itemCount, (u + 1) * itemCount);
        if (exclude !== undefined) markExcluded(own, exclude, firstUser + u, firstItem);
        best.offer(firstUser + u, own, firstItem);
      }
    }
  }
  return { items: best.items, scores: best.scores };
}

/** Sets a user's excluded scores to NaN, which is never among the best. */
function markExcluded(scores: Float32Array, exclude: SparseMatrix, user: number, firstItem: number): void {
  const { offsets, indices } = exclude;
  for (let e = offsets[user]!; e < offsets[user + 1]!; e++) {
    const item = indices[e]! - firstItem;
    if (item >= 0 && item < scores.length) scores[item] = NaN;
  }
}

/** The best k of each user, sorted: for most scores, one comparison with the worst of them suffices. */
class BestItems {
  readonly items: Int32Array;
  readonly scores: Float32Array;
  readonly #k: number;
  readonly #sizes: Uint32Array;

  constructor(users: number, k: number) {
    const length = users * k;
    try {
      this.items = new Int32Array(length).fill(-1);
      this.scores = new Float32Array(length).fill(-Infinity);
    } catch (cause) {
      throw new WellbegunError("limit", {
        doing,
        expected: "a result that the runtime can allocate at once",
        found: `${users} users x ${k} items`,
        cause,
      });
    }
    this.#k = k;
    this.#sizes = new Uint32Array(users);
  }

  /** Offers a user the scores of items `firstItem ..`; blocks of items come in ascending order. */
  offer(user: number, scores: Float32Array, firstItem: number): void {
    const k = this.#k;
    const base = user * k;
    let size = this.#sizes[user]!;
    // NaN fails the comparison; while a list is not full, every score except NaN is inserted.
    let worst = size < k ? -Infinity : this.scores[base + k - 1]!;
    for (let i = 0; i < scores.length; i++) {
      const score = scores[i]!;
      if (!(score > worst || (size < k && score === -Infinity))) continue;
      size = this.#insert(base, size, firstItem + i, score);
      if (size === k) worst = this.scores[base + k - 1]!;
    }
    this.#sizes[user] = size;
  }

  /**
   * Inserts an item in order, after items of equal score, since items come in ascending order and ties go to
   * the lowest.
   */
  #insert(base: number, size: number, item: number, score: number): number {
    const { items, scores } = this;
    let at = base + Math.min(size, this.#k - 1);
    for (; at > base && scores[at - 1]! < score; at--) {
      scores[at] = scores[at - 1]!;
      items[at] = items[at - 1]!;
    }
    scores[at] = score;
    items[at] = item;
    return Math.min(size + 1, this.#k);
  }
}
