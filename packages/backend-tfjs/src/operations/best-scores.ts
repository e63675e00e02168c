import type { TopK } from "@wellbegun/core/backend";

/** The best items of each user, filled user by user. Each user's row is a heap, its worst entry first, until it is sorted. */
export class BestScores {
  readonly #items: Int32Array;
  readonly #scores: Float32Array;
  readonly #k: number;

  constructor(users: number, k: number) {
    this.#k = k;
    this.#items = new Int32Array(users * k).fill(-1);
    this.#scores = new Float32Array(users * k).fill(-Infinity);
  }

  /** The ranking so far. */
  ranking(): TopK {
    return { items: this.#items, scores: this.#scores };
  }

  /** Ranks the scores of all items for one user, best first, ties to the lowest item; NaN is skipped. */
  rank(user: number, scores: Float32Array): void {
    const k = this.#k;
    const items = this.#items.subarray(user * k, (user + 1) * k);
    const best = this.#scores.subarray(user * k, (user + 1) * k);
    let size = 0;
    for (let item = 0; item < scores.length; item++) {
      const score = scores[item]!;
      if (size === k) {
        // Items come in ascending order, so an item loses a tie to those already in the heap.
        if (score > best[0]!) sink(items, best, k, item, score);
      } else if (!Number.isNaN(score)) {
        rise(items, best, size++, item, score);
      }
    }
    // Repeatedly moves the worst remaining entry to the end.
    for (let end = size - 1; end > 0; end--) {
      const item = items[end]!;
      const score = best[end]!;
      items[end] = items[0]!;
      best[end] = best[0]!;
      sink(items, best, end, item, score);
    }
  }
}

/** Whether (score, item) ranks behind the entry at `at`. */
function behind(items: Int32Array, scores: Float32Array, at: number, item: number, score: number): boolean {
  return score < scores[at]! || (score === scores[at]! && item > items[at]!);
}

/** Adds an entry to a heap of `size`. */
function rise(items: Int32Array, scores: Float32Array, size: number, item: number, score: number): void {
  let hole = size;
  while (hole > 0) {
    const parent = (hole - 1) >> 1;
    if (!behind(items, scores, parent, item, score)) break;
    items[hole] = items[parent]!;
    scores[hole] = scores[parent]!;
    hole = parent;
  }
  items[hole] = item;
  scores[hole] = score;
}

/** Puts an entry in the place of the worst of a heap of `size`. */
function sink(items: Int32Array, scores: Float32Array, size: number, item: number, score: number): void {
  let hole = 0;
  for (;;) {
    let child = 2 * hole + 1;
    if (child >= size) break;
    if (child + 1 < size && behind(items, scores, child, items[child + 1]!, scores[child + 1]!)) child++;
    if (behind(items, scores, child, item, score)) break;
    items[hole] = items[child]!;
    scores[hole] = scores[child]!;
    hole = child;
  }
  items[hole] = item;
  scores[hole] = score;
}
