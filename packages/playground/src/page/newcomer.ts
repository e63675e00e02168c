import { Initializer, type Table } from "@wellbegun/core";
import { rowPermutation } from "@wellbegun/evaluation";
import { bestRows, type Ranked } from "../best-rows.ts";
import type { Computed } from "../protocol.ts";

/** The lists that a new user gets, best first. */
export interface NewcomerLists {
  /** The user's vector. */
  readonly vector: Float32Array;
  readonly own: readonly Ranked[];
  /** The items with the most train interactions; empty where none are known. */
  readonly popular: readonly Ranked[];
  /** The same vector against the items' vectors in random order: equal values without meaning. */
  readonly permuted: readonly Ranked[];
}

/** What places a new user, from the bytes of a result: no worker is asked, so that a click is answered at once. */
export class Newcomer {
  readonly #initializer: Initializer;
  readonly #items: Table;
  readonly #degrees: Uint32Array;
  readonly #order: Uint32Array;

  constructor({ initializer, itemDegrees }: Computed) {
    this.#initializer = Initializer.fromBytes(initializer);
    this.#items = this.#initializer.items;
    this.#degrees = itemDegrees;
    this.#order = rowPermutation(this.#items.rows, 999, "items");
  }

  /** Folds in a user with these items, and ranks all other items by the product of the vectors. */
  lists(rows: ReadonlySet<number>, k: number): NewcomerLists {
    const ids = this.#items.ids;
    const history = [...rows].map((row) => ids?.ids[row] ?? row);
    const { vector } = this.#initializer.foldIn(history);
    const { data, columns } = this.#items;
    const score = (row: number): number => {
      let sum = 0;
      for (let c = 0; c < columns; c++) sum += vector[c]! * data[row * columns + c]!;
      return sum;
    };
    const best = (of: (row: number) => number): Ranked[] => bestRows(this.#items.rows, k, of, rows);
    return {
      vector,
      own: best(score),
      popular: this.#degrees.length === 0 ? [] : best((row) => this.#degrees[row]!),
      permuted: best((row) => score(this.#order[row]!)),
    };
  }
}
