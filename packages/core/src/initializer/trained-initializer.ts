import type { Id } from "../data/ids.ts";
import type { Interactions } from "../data/interactions.ts";
import { createTable, type Table } from "../data/table.ts";
import { WellbegunError } from "../errors.ts";
import { isDegree } from "./bytes.ts";
import { FrameReader, writeFrame } from "./frame.ts";
import { type InitializerHeader, idEntry, listOrNull, parseItemIds } from "./header.ts";
import { checked, isRecord, parseJson, type Rules, whole } from "./header-rules.ts";
import { type FoldedUser, type FoldInOptions, resolveHistory } from "./history.ts";
import type { TransformOptions } from "./initializer.ts";
import type { FoldedItem, ItemContent } from "./item-content.ts";
import { overFitItems } from "./item-rows.ts";
import { contentWidthsOf, foldTrainedItem, type TrainedContent } from "./trained-content.ts";
import {
  type ContentHeader,
  checkContentHeader,
  contentLengths,
  encodeContent,
  readContent,
} from "./trained-content-bytes.ts";
import type { UserFolder } from "./user-folder.ts";

/**
 * The magic of the bytes. The arrays are the items' degrees (float64), T where the header says so, the items' rows (both
 * float32, I x d), and those of the content.
 */
export const TRAINED_MAGIC = "wbtrai";

interface Header extends Pick<InitializerHeader, "itemIds" | "itemCount"> {
  readonly columns: number;
  /** Whether T is there. */
  readonly propagates: boolean;
  readonly content: ContentHeader | null;
}

const headerRules: Rules<Header> = {
  columns: whole(1),
  itemCount: whole(1),
  itemIds: listOrNull,
  propagates: { expected: "true or false", accepts: (value) => typeof value === "boolean" },
  content: { expected: "an object or null", accepts: (value) => value === null || isRecord(value) },
};

/**
 * A trained model without its users. A model that propagates, such as LightGCN, folds in users by one propagation from items
 * to users: a user's vector is the sum over the items of a history of w_i T_i / sqrt(d_u d_i), with T the model's fold-in
 * table, w_i the weights (1 by default), d_u their sum, and d_i the degrees of the items in training (He et al., SIGIR 2020,
 * without an embedding of the user's own). A model that reads content, such as AlignRec, folds in items by it.
 */
export class TrainedInitializer implements UserFolder {
  /** I x d: the rows that a user's vector is multiplied with. */
  readonly items: Table;
  readonly contentWidths: Readonly<Record<string, number>>;
  /** Whether `foldIn` and `transform` are there: the model propagates. */
  readonly foldsUsers: boolean;
  /** Whether `foldInItem` gives a vector: the model has content. */
  readonly foldsItems: boolean;
  /** T, I x d: what users are folded in from; undefined for a model that does not propagate. */
  readonly propagated: Float32Array | undefined;
  /** By item: its interactions in training. */
  readonly itemDegrees: Float64Array;
  /** By item: 1 / sqrt(d_i); 0 without interactions. */
  readonly #roots: Float64Array;
  readonly #content: TrainedContent | undefined;

  /**
   * @param items I x d: the model's item table.
   * @param propagated T, I x d; undefined for a model that has no vectors of users whom it was not trained with.
   * @param itemDegrees The items' degrees in training.
   * @param content How items are placed by content; left out for a model without content.
   */
  constructor(
    items: Table,
    propagated: Float32Array | undefined,
    itemDegrees: Float64Array,
    content?: TrainedContent,
  ) {
    this.items = items;
    this.foldsUsers = propagated !== undefined;
    this.foldsItems = content !== undefined;
    this.propagated = propagated;
    this.itemDegrees = itemDegrees;
    this.#roots = itemDegrees.map((degree) => (degree > 0 ? 1 / Math.sqrt(degree) : 0));
    this.#content = content;
    this.contentWidths = contentWidthsOf(content);
  }

  /**
   * Reads what {@link toBytes} wrote.
   *
   * @throws {WellbegunError} `format` if the bytes are no such model, are damaged or are of a later version.
   */
  static fromBytes(bytes: Uint8Array): TrainedInitializer {
    const frame = new FrameReader(TRAINED_MAGIC, bytes);
    const header = checked<Header>(parseJson(frame.header), headerRules, "the header");
    const { itemCount, columns, propagates } = header;
    const about = header.content === null ? undefined : checkContentHeader(header.content, columns);
    const size = itemCount * columns;
    frame.expectArrays([
      8 * itemCount,
      ...(propagates ? [4 * size] : []),
      4 * size,
      ...(about === undefined ? [] : contentLengths(about, itemCount, columns)),
    ]);
    const ids = parseItemIds(header);
    const degrees = frame.read(new Float64Array(itemCount), "itemDegrees", isDegree);
    const table = (name: string) => frame.read(new Float32Array(size), name, Number.isFinite);
    const propagated = propagates ? table("propagated") : undefined;
    const items = createTable(table("items"), itemCount, columns, ids);
    const content = about && readContent(frame, about, itemCount, columns);
    return new TrainedInitializer(items, propagated, degrees, content);
  }

  /** As bytes; equal tables give equal bytes. */
  toBytes(): Uint8Array {
    const { data, rows, columns, ids } = this.items;
    const content = this.#content && encodeContent(this.#content);
    const propagated = this.propagated;
    const header: Header = {
      columns,
      itemCount: rows,
      itemIds: ids?.ids.map(idEntry) ?? null,
      propagates: propagated !== undefined,
      content: content?.header ?? null,
    };
    return writeFrame(TRAINED_MAGIC, header, [
      this.itemDegrees,
      ...(propagated === undefined ? [] : [propagated]),
      data,
      ...(content?.arrays ?? []),
    ]);
  }

  /**
   * The vector of a user by the items of a history (raw IDs if the train data has them, else rows). Repeated items
   * count once, with their largest weight; items without interactions add nothing. {@link FoldInOptions} has
   * the formula of negatives.
   *
   * @throws {WellbegunError} `invalid-data` for an unknown item (unless `unknownItems: "skip"`) or a bad weight;
   * `invalid-option` for a bad option; `unavailable` for a model without propagation, such as BPR.
   */
  foldIn(history: Iterable<Id>, options: FoldInOptions = {}): FoldedUser {
    this.#table();
    // Rows are ascending, so that the order of a history does not matter to the last bit.
    const { rows, weights, negatives, unknown } = resolveHistory(history, this.items, options);
    const sum = new Float64Array(this.items.columns);
    this.#addItems(rows, weights, 1 / Math.sqrt(total(weights)), sum);
    if (negatives !== undefined) {
      const known = negatives.weights.filter((_, e) => this.#roots[negatives.rows[e]!] !== 0);
      if (known.length > 0) {
        this.#addItems(negatives.rows, negatives.weights, -negatives.factor / total(known), sum);
      }
    }
    return { vector: Float32Array.from(sum), used: rows.length, unknown };
  }

  /**
   * The vector of an item that the model was not trained with, by content alone: the item has no embedding of its own.
   * AlignRec and FREEDOM join it to their graphs of nearest items: for a trained item that is the content side of its row.
   * VBPR maps its features to the second half of the vector, and the first half is 0. An item without any content has the
   * vector 0.
   *
   * @throws {WellbegunError} `mismatch` for a modality that the model does not have, or a row of another width; `invalid-data`
   * for a value that is not finite; `unavailable` for a model without content, such as LightGCN.
   */
  foldInItem(content: ItemContent): FoldedItem {
    if (this.#content !== undefined) return foldTrainedItem(this.#content, this.items.columns, content);
    throw new WellbegunError("unavailable", {
      doing: "folding in an item",
      expected:
        "a model that places items by their content: alignrec, freedom, vbpr, or one of fit or joinModels",
      found: "a trained model without content, which has rows of trained items alone",
    });
  }

  /**
   * The vectors of many users: row u for user u of the interactions, each of which counts with weight 1. Items are found
   * by ID where both have IDs; otherwise the interactions' item rows are assumed to be the model's.
   *
   * @throws {WellbegunError} `invalid-data` for an item unknown to the model (unless `unknownItems: "skip"`);
   * `mismatch` where there are no IDs to compare and the numbers of items differ; `unavailable` as {@link foldIn}.
   */
  transform(interactions: Interactions, options: TransformOptions = {}): Table {
    this.#table();
    const { rows, ids, columns } = this.items;
    const { userCount, offsets, items } = overFitItems(
      interactions,
      rows,
      ids,
      options.unknownItems ?? "error",
    );
    const data = new Float32Array(userCount * columns);
    const sum = new Float64Array(columns);
    for (let u = 0; u < userCount; u++) {
      const own = items.subarray(offsets[u]!, offsets[u + 1]!);
      this.#addItems(own, undefined, 1 / Math.sqrt(own.length), sum.fill(0));
      data.set(sum, u * columns);
    }
    return createTable(data, userCount, columns, interactions.userIds);
  }

  /** T. */
  #table(): Float32Array {
    if (this.propagated !== undefined) return this.propagated;
    throw new WellbegunError("unavailable", {
      doing: "folding in a user",
      expected: "a model that propagates from items to users, such as alignrec, lightgcn or freedom",
      found: "a trained model without propagation",
    });
  }

  /** Adds the propagated rows of items to a sum in float64. */
  #addItems(rows: Uint32Array, weights: Float32Array | undefined, share: number, sum: Float64Array): void {
    const table = this.#table();
    for (let e = 0; e < rows.length; e++) {
      const row = rows[e]!;
      const factor = share * this.#roots[row]! * (weights === undefined ? 1 : weights[e]!);
      if (factor === 0) continue;
      for (let c = 0; c < sum.length; c++) sum[c]! += factor * table[row * sum.length + c]!;
    }
  }
}

function total(weights: Float32Array): number {
  return weights.reduce((sum, weight) => sum + weight, 0);
}
