import type { Id } from "../data/ids.ts";
import type { Interactions } from "../data/interactions.ts";
import type { Table } from "../data/table.ts";
import { describe } from "../describe.ts";
import { WellbegunError } from "../errors.ts";
import type { FoldedUser, FoldInOptions } from "../initializer/history.ts";
import type { TransformOptions } from "../initializer/initializer.ts";
import { FilledInitializer } from "./filled-initializer.ts";
import type { FoldingModel } from "./joined-model.ts";

/** What the content says of cold items. */
export interface PredictedRows {
  /** The numbers of the cold items that have content, ascending. */
  readonly items: Int32Array;
  /** Their directions: items.length x k, of length 1. */
  readonly directions: Float64Array;
  /** The norm of an item that is barely not cold. */
  readonly norm: number;
}

/** The result of `fillColdItems`: a collaborative model in which cold items have rows that their content predicts. */
export class FilledModel implements FoldingModel {
  /** U x k: the model's own table. */
  readonly users: Table;
  /** I x k: the model's table with the filled rows. */
  readonly items: Table;
  /** Norm of the filled rows, in units of that of an item that is barely not cold. */
  readonly factor: number;
  /** Number of filled items. */
  readonly filled: number;
  /** The model without its user table; `foldIn`, `transform` and `toBytes` call its methods. */
  readonly initializer: FilledInitializer;
  readonly #model: FoldingModel;
  readonly #predicted: PredictedRows;

  /** Made by `fillColdItems` and {@link FilledModel.with}. */
  constructor(model: FoldingModel, predicted: PredictedRows, factor: number) {
    const { items, directions, norm } = predicted;
    if (!(factor > 0 && Number.isFinite(Math.fround(factor * norm)))) {
      throw new WellbegunError("invalid-option", {
        doing: "filling cold items",
        expected: "a number above 0 whose rows float32 can hold",
        found: describe(factor),
        at: "factor",
      });
    }
    const rows = Float32Array.from(directions, (value) => factor * norm * value);
    this.initializer = new FilledInitializer(model, items, rows);
    this.users = model.users;
    this.items = this.initializer.items;
    this.factor = factor;
    this.filled = items.length;
    this.#model = model;
    this.#predicted = predicted;
  }

  /**
   * The vector of a user by the items of a history, as the model without filled rows gives it: a filled row changes no user.
   *
   * @throws {WellbegunError} as the model's `foldIn`.
   */
  foldIn(history: Iterable<Id>, options?: FoldInOptions): FoldedUser {
    return this.initializer.foldIn(history, options);
  }

  /**
   * The vectors of many users: row u for user u of the interactions.
   *
   * @throws {WellbegunError} as the model's `transform`.
   */
  transform(interactions: Interactions, options?: TransformOptions): Table {
    return this.initializer.transform(interactions, options);
  }

  /**
   * The model without its user table as bytes, for `readInitializer`.
   *
   * @throws {WellbegunError} `unavailable` where the model has no bytes.
   */
  toBytes(): Uint8Array {
    return this.initializer.toBytes();
  }

  /**
   * The model at another norm of the filled rows, without predicting them again.
   *
   * @throws {WellbegunError} `invalid-option` for a factor that is not finite and above 0.
   */
  with({ factor }: { readonly factor: number }): FilledModel {
    return new FilledModel(this.#model, this.#predicted, factor);
  }
}
