import { type Interactions, WellbegunError } from "@wellbegun/core";
import { createRandom, type Random } from "@wellbegun/core/support";
import type { Batch } from "./batch.ts";

/**
 * Draws the batches of each epoch. Each epoch has random streams of its own, named by the seed and the epoch, so that a
 * resumed run draws what an uninterrupted one does, on every runtime.
 */
export class Sampler {
  readonly #train: Interactions;
  readonly #batchSize: number;
  readonly #seed: number;
  /** The user of each train interaction. */
  readonly #users: Uint32Array;
  /** The items that have a train interaction: negatives are drawn from these uniformly. */
  readonly #candidates: Uint32Array;

  /**
   * @throws {WellbegunError} `invalid-data` without train interactions, or for a user who has every candidate among its
   * items, so that no negative can be drawn.
   */
  constructor(train: Interactions, batchSize: number, seed: number) {
    this.#train = train;
    this.#batchSize = batchSize;
    this.#seed = seed;
    this.#users = new Uint32Array(train.items.length);
    this.#candidates = Uint32Array.from(new Set(train.items)).sort();
    if (train.items.length === 0) throw unusable("train interactions", "none");
    for (let user = 0; user < train.userCount; user++) {
      const [start, end] = [train.offsets[user]!, train.offsets[user + 1]!];
      this.#users.fill(user, start, end);
      if (end - start < this.#candidates.length) continue;
      throw unusable("an item that the user has not interacted with", "all items among its own", user);
    }
  }

  /** Number of batches of an epoch; the last one may be short. */
  get batches(): number {
    return Math.ceil(this.#users.length / this.#batchSize);
  }

  /** The batches of an epoch, counted from 0: every train interaction once, in random order. */
  *epoch(epoch: number): Generator<Batch> {
    const order = shuffled(this.#users.length, createRandom(this.#seed, `train/order/${epoch}`));
    const random = createRandom(this.#seed, `train/negatives/${epoch}`);
    for (let first = 0; first < order.length; first += this.#batchSize) {
      const pairs = order.subarray(first, first + this.#batchSize);
      const users = new Uint32Array(pairs.length);
      const positives = new Uint32Array(pairs.length);
      const negatives = new Uint32Array(pairs.length);
      for (let at = 0; at < pairs.length; at++) {
        users[at] = this.#users[pairs[at]!]!;
        positives[at] = this.#train.items[pairs[at]!]!;
        negatives[at] = this.#negative(users[at]!, random);
      }
      yield { users, positives, negatives };
    }
  }

  /** A uniform draw from the candidates, repeated while it is one of the user's train items. */
  #negative(user: number, random: Random): number {
    for (;;) {
      const item = this.#candidates[random.integer(this.#candidates.length)]!;
      if (!this.#has(user, item)) return item;
    }
  }

  /** Whether a train interaction exists; items ascend within a user. */
  #has(user: number, item: number): boolean {
    const { items, offsets } = this.#train;
    let [low, high] = [offsets[user]!, offsets[user + 1]!];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (items[middle]! < item) low = middle + 1;
      else high = middle;
    }
    return low < offsets[user + 1]! && items[low] === item;
  }
}

/** 0 .. count - 1 in random order (Fisher-Yates). */
export function shuffled(count: number, random: Random): Uint32Array {
  const order = new Uint32Array(count);
  for (let i = 0; i < count; i++) order[i] = i;
  for (let i = count - 1; i > 0; i--) {
    const j = random.integer(i + 1);
    const moved = order[i]!;
    order[i] = order[j]!;
    order[j] = moved;
  }
  return order;
}

function unusable(expected: string, found: string, user?: number): WellbegunError {
  const at = user === undefined ? {} : { at: `user row ${user}` };
  return new WellbegunError("invalid-data", { doing: "sampling batches", expected, found, ...at });
}
