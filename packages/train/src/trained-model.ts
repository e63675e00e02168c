import { type Id, type Interactions, itemDegrees, WellbegunError } from "@wellbegun/core";
import type { EpochRecord } from "./curve.ts";
import { inverseRoots } from "./graphs/user-item.ts";
import { createTable, rowOf, type Table } from "./table.ts";
import type { ResolvedTrainOptions } from "./train-options.ts";
import type { Vectors } from "./vectors.ts";

/** Why training ended. */
export type StopReason = "epochs" | "patience" | "not-finite";

/** How training went. */
export interface TrainingReport {
  /** Number of the epoch whose vectors these are, from 1; 0 for the start. */
  readonly bestEpoch: number;
  /** Recall@k of that epoch on the validation split; undefined without one. */
  readonly bestScore: number | undefined;
  readonly stopped: StopReason;
  /** The epoch, from 1, in which a loss was not finite. */
  readonly notFiniteEpoch: number | undefined;
}

/** A trained model: vectors whose products are its scores, and how it came to them. {@link train} returns one. */
export class TrainedModel {
  /** U x d: the vectors of the users, by the user IDs of `train`. */
  readonly users: Table;
  /** I x d: the vectors of the items, by the item IDs of `train`. */
  readonly items: Table;
  /** Trained models have one space; empty. */
  readonly perModality: Readonly<Record<string, Table>> = {};
  /** The interactions that the model was trained on. */
  readonly train: Interactions;
  /** What happened in each epoch. */
  readonly curve: readonly EpochRecord[];
  /** The options with every default filled in. Training on the same data with them gives the same tables. */
  readonly options: ResolvedTrainOptions;
  readonly report: TrainingReport;
  readonly #foldIn: Float32Array | undefined;
  readonly #itemRoots: Float32Array;

  constructor(
    train: Interactions,
    best: Vectors,
    curve: readonly EpochRecord[],
    options: ResolvedTrainOptions,
    report: TrainingReport,
  ) {
    const { userCount, itemCount, userIds, itemIds } = train;
    this.train = train;
    this.users = createTable(best.users, userCount, best.users.length / userCount, userIds);
    this.items = createTable(best.items, itemCount, best.items.length / itemCount, itemIds);
    this.curve = curve;
    this.options = options;
    this.report = report;
    this.#foldIn = best.foldIn;
    this.#itemRoots = inverseRoots(itemDegrees(train));
  }

  /**
   * The vector of a user that the model was not trained with, by the model's own propagation from the items of its history;
   * a repeated item counts once. The user has no embedding of its own, and the items keep their degrees.
   *
   * @returns d values; zeros for a history without items that have train interactions.
   * @throws {WellbegunError} `invalid-data` for an item that the model does not have; `unavailable` for a model without
   * propagation, such as BPR.
   */
  foldIn(history: Iterable<Id>): Float32Array {
    const table = this.#propagated();
    const { rows, columns, ids } = this.items;
    const own = new Set<number>();
    for (const id of history) own.add(rowOf(rows, ids, id));
    return this.#combine(
      table,
      [...own].sort((a, b) => a - b),
      columns,
    );
  }

  /**
   * The vectors of many users, as {@link foldIn} gives them.
   *
   * @param interactions Histories over the items that the model was trained with.
   * @throws {WellbegunError} `mismatch` for another number of items; `unavailable` as {@link foldIn}.
   */
  transform(interactions: Interactions): Table {
    const table = this.#propagated();
    const { rows, columns } = this.items;
    if (interactions.itemCount !== rows) {
      throw new WellbegunError("mismatch", {
        doing: "folding in users",
        expected: `interactions with the model's ${rows} items`,
        found: `${interactions.itemCount}`,
      });
    }
    const data = new Float32Array(interactions.userCount * columns);
    for (let user = 0; user < interactions.userCount; user++) {
      const own = interactions.items.subarray(interactions.offsets[user]!, interactions.offsets[user + 1]!);
      data.set(this.#combine(table, own, columns), user * columns);
    }
    return createTable(data, interactions.userCount, columns, interactions.userIds);
  }

  /** sum over the items of T_i / sqrt(d_u d_i), in float64. */
  #combine(table: Float32Array, items: ArrayLike<number>, columns: number): Float32Array {
    const sum = new Float64Array(columns);
    for (let e = 0; e < items.length; e++) {
      const item = items[e]!;
      const factor = this.#itemRoots[item]! / Math.sqrt(items.length);
      for (let c = 0; c < columns; c++) sum[c]! += factor * table[item * columns + c]!;
    }
    return Float32Array.from(sum);
  }

  #propagated(): Float32Array {
    if (this.#foldIn !== undefined) return this.#foldIn;
    throw new WellbegunError("unavailable", {
      doing: "folding in a user",
      expected: "a model that propagates from items to users, such as alignrec, lightgcn or freedom",
      found: this.options.model,
    });
  }
}
