import {
  createTable,
  type FoldedUser,
  type FoldInOptions,
  type Id,
  type Interactions,
  itemDegrees,
  PropagationInitializer,
  type Table,
  type TransformOptions,
  WellbegunError,
} from "@wellbegun/core";
import type { EpochRecord } from "./curve.ts";
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

/**
 * A trained model: vectors whose products are its scores, and the record of their training. {@link train}
 * returns one.
 */
export class TrainedModel {
  /** U x d: the vectors of the users, by the user IDs of `train`. */
  readonly users: Table;
  /** I x d: the vectors of the items, by the item IDs of `train`. */
  readonly items: Table;
  /** Empty: a trained model has one space. */
  readonly perModality: Readonly<Record<string, Table>> = {};
  /** The interactions that the model was trained on. */
  readonly train: Interactions;
  /** What happened in each epoch. */
  readonly curve: readonly EpochRecord[];
  /** The options with every default filled in. Training on the same data with them gives the same tables. */
  readonly options: ResolvedTrainOptions;
  readonly report: TrainingReport;
  readonly #folder: PropagationInitializer | undefined;

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
    this.#folder = best.foldIn && new PropagationInitializer(this.items, best.foldIn, itemDegrees(train));
  }

  /** The model without its users, which folds in users from a few bytes; undefined for a model without propagation. */
  get initializer(): PropagationInitializer | undefined {
    return this.#folder;
  }

  /**
   * The vector of a user that was not in the training data, by the model's own propagation from the items of
   * its history: raw IDs if the train data had them, else rows. A repeated item counts once, with its largest
   * weight. The user has no embedding of its own; if none of its items has train interactions, the vector is 0.
   * Core's `FoldInOptions` has the formula of negatives.
   *
   * @throws {WellbegunError} `invalid-data` for an item that the model does not have, unless `unknownItems: "skip"`;
   * `unavailable` for a model without propagation, such as BPR.
   */
  foldIn(history: Iterable<Id>, options: FoldInOptions = {}): FoldedUser {
    return this.#propagation().foldIn(history, options);
  }

  /**
   * Folds in many users at once: a table with their IDs, row u for user u. Items are found by ID where both sides have IDs;
   * else the interactions' item rows are assumed to be the model's.
   *
   * @throws {WellbegunError} as {@link foldIn}, and `mismatch` where there are no IDs to compare and the
   * numbers of items differ.
   */
  transform(interactions: Interactions, options: TransformOptions = {}): Table {
    return this.#propagation().transform(interactions, options);
  }

  #propagation(): PropagationInitializer {
    if (this.#folder !== undefined) return this.#folder;
    throw new WellbegunError("unavailable", {
      doing: "folding in a user",
      expected: "a model that propagates from items to users, such as alignrec, lightgcn or freedom",
      found: this.options.model,
    });
  }
}
