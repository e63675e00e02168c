import type { Engine } from "./engine.ts";
import type { TfTensor } from "./tensorflow.ts";

/**
 * The sum of many tensors of one shape, added in pairs, then pairs of pairs and so on: the float32 error grows with the
 * logarithm of their number, not with the number, and no more than that logarithm is held at once.
 */
export class PairwiseSum {
  readonly #engine: Engine;
  readonly #doing: string;
  /** At place i a sum of 2^i of the tensors, if the binary form of their number has a 1 there. */
  readonly #sums: (TfTensor | undefined)[] = [];

  constructor(engine: Engine, doing: string) {
    this.#engine = engine;
    this.#doing = doing;
  }

  /** Adds a tensor, which is disposed of here. */
  add(tensor: TfTensor): void {
    let carry = tensor;
    let place = 0;
    for (let there = this.#sums[place]; there !== undefined; there = this.#sums[++place]) {
      this.#sums[place] = undefined;
      carry = this.#addPair(there, carry);
    }
    this.#sums[place] = carry;
  }

  /** The sum of all, which the caller disposes of; undefined if there were none. */
  take(): TfTensor | undefined {
    let total: TfTensor | undefined;
    for (const sum of this.#sums.splice(0)) {
      if (sum === undefined) continue;
      total = total === undefined ? sum : this.#addPair(sum, total);
    }
    return total;
  }

  /** Frees the tensors that were not taken. */
  dispose(): void {
    for (const sum of this.#sums.splice(0)) sum?.dispose();
  }

  #addPair(a: TfTensor, b: TfTensor): TfTensor {
    try {
      return this.#engine.tidy(this.#doing, () => this.#engine.tf.add(a, b));
    } finally {
      a.dispose();
      b.dispose();
    }
  }
}
