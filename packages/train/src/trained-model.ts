import {
  createTable,
  type FoldedItem,
  type FoldedUser,
  type FoldInOptions,
  type Id,
  type Interactions,
  type ItemContent,
  itemDegrees,
  type Table,
  type TrainedContent,
  TrainedInitializer,
  type TransformOptions,
  WellbegunError,
} from "@wellbegun/core";
import type { EpochRecord } from "./curve.ts";
import type { ResolvedTrainOptions } from "./train-options.ts";
import type { Vectors } from "./vectors.ts";

/** Why training ended: `asked` where the option `stop` was aborted. */
export type StopReason = "epochs" | "patience" | "not-finite" | "asked";

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
  readonly #folder: TrainedInitializer | undefined;

  constructor(
    train: Interactions,
    best: Vectors,
    content: TrainedContent | undefined,
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
    this.#folder =
      best.foldIn !== undefined || content !== undefined
        ? new TrainedInitializer(this.items, best.foldIn, itemDegrees(train), content)
        : undefined;
  }

  /** The model without its users, which folds in users and items; undefined for a model that can do neither, such as BPR. */
  get initializer(): TrainedInitializer | undefined {
    return this.#folder;
  }

  /**
   * The bytes of {@link initializer}, which core's `readInitializer` reads; joined tables with this model as a side hold them.
   *
   * @throws {WellbegunError} `unavailable` for a model that folds in neither users nor items, such as BPR.
   */
  toBytes(): Uint8Array {
    if (this.#folder !== undefined) return this.#folder.toBytes();
    throw new WellbegunError("unavailable", {
      doing: "writing an initializer",
      expected: "a model that folds in users or items: alignrec, lightgcn, vbpr or freedom",
      found: this.options.model,
    });
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

  /** Width of the features that {@link foldInItem} takes, by modality; empty for a model without content. */
  get contentWidths(): Readonly<Record<string, number>> {
    return this.#folder?.contentWidths ?? {};
  }

  /** Whether {@link foldInItem} gives a vector: the model has content. */
  get foldsItems(): boolean {
    return this.#folder?.foldsItems === true;
  }

  /**
   * The vector of an item that was not in the training data, by its content alone. Core's `TrainedInitializer.foldInItem` says
   * what each model makes of it.
   *
   * @param content A raw feature row by modality; a modality that is left out is missing.
   * @throws {WellbegunError} `mismatch` for a modality that the model does not have, or a row of another width; `invalid-data`
   * for a value that is not finite; `unavailable` for a model without content, such as LightGCN and BPR.
   */
  foldInItem(content: ItemContent): FoldedItem {
    if (this.#folder !== undefined) return this.#folder.foldInItem(content);
    throw new WellbegunError("unavailable", {
      doing: "folding in an item",
      expected: "a model that places items by their content: alignrec, freedom or vbpr",
      found: this.options.model,
    });
  }

  #propagation(): TrainedInitializer {
    if (this.#folder?.foldsUsers === true) return this.#folder;
    throw new WellbegunError("unavailable", {
      doing: "folding in a user",
      expected: "a model that propagates from items to users, such as alignrec, lightgcn or freedom",
      found: this.options.model,
    });
  }
}
