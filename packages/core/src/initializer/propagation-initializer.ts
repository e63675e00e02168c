import type { Id } from "../data/ids.ts";
import type { Interactions } from "../data/interactions.ts";
import { createTable, type Table } from "../data/table.ts";
import { WellbegunError } from "../errors.ts";
import { isDegree } from "./bytes.ts";
import { FrameReader, writeFrame } from "./frame.ts";
import { type InitializerHeader, idEntry, listOrNull, parseItemIds } from "./header.ts";
import { checked, parseJson, type Rules, whole } from "./header-rules.ts";
import { type FoldedUser, type FoldInOptions, resolveHistory } from "./history.ts";
import type { TransformOptions } from "./initializer.ts";
import { overFitItems } from "./item-rows.ts";
import type { UserFolder } from "./user-folder.ts";

/** The magic of the bytes. The arrays are the items' degrees (float64), T, and the items' rows (both float32, I x d). */
export const PROPAGATION_MAGIC = "wbprop";

interface Header extends Pick<InitializerHeader, "itemIds" | "itemCount"> {
  readonly columns: number;
}

const headerRules: Rules<Header> = { columns: whole(1), itemCount: whole(0), itemIds: listOrNull };

/**
 * A graph model without its users, such as a trained LightGCN: it folds in users by one propagation from items to users.
 * A user's vector is the sum over the items of a history of w_i T_i / sqrt(d_u d_i), with T the model's fold-in table,
 * w_i the weights (1 by default), d_u their sum, and d_i the degrees of the items in training (He et al., SIGIR 2020,
 * without an embedding of the user's own).
 */
export class PropagationInitializer implements UserFolder {
  /** I x d: the rows that a user's vector is multiplied with. */
  readonly items: Table;
  /** Empty: the rows of items were trained. */
  readonly contentWidths: Readonly<Record<string, number>> = {};
  readonly #propagated: Float32Array;
  readonly #degrees: Float64Array;
  /** By item: 1 / sqrt(d_i); 0 without interactions. */
  readonly #roots: Float64Array;

  /**
   * @param items I x d: the model's item table.
   * @param propagated T, I x d.
   * @param itemDegrees The items' degrees in training.
   */
  constructor(items: Table, propagated: Float32Array, itemDegrees: Float64Array) {
    this.items = items;
    this.#propagated = propagated;
    this.#degrees = itemDegrees;
    this.#roots = itemDegrees.map((degree) => (degree > 0 ? 1 / Math.sqrt(degree) : 0));
  }

  /**
   * Reads what {@link toBytes} wrote.
   *
   * @throws {WellbegunError} `format` if the bytes are no such model, are damaged or are of a later version.
   */
  static fromBytes(bytes: Uint8Array): PropagationInitializer {
    const frame = new FrameReader(PROPAGATION_MAGIC, bytes);
    const header = checked<Header>(parseJson(frame.header), headerRules, "the header");
    const { itemCount, columns } = header;
    const tableBytes = 4 * itemCount * columns;
    frame.expectArrays([8 * itemCount, tableBytes, tableBytes]);
    const ids = parseItemIds(header);
    const degrees = frame.read(new Float64Array(itemCount), "itemDegrees", isDegree);
    const propagated = frame.read(new Float32Array(itemCount * columns), "propagated", Number.isFinite);
    const rows = frame.read(new Float32Array(itemCount * columns), "items", Number.isFinite);
    return new PropagationInitializer(createTable(rows, itemCount, columns, ids), propagated, degrees);
  }

  /** As bytes; equal tables give equal bytes. */
  toBytes(): Uint8Array {
    const { data, rows, columns, ids } = this.items;
    const header: Header = { columns, itemCount: rows, itemIds: ids?.ids.map(idEntry) ?? null };
    return writeFrame(PROPAGATION_MAGIC, header, [this.#degrees, this.#propagated, data]);
  }

  /**
   * The vector of a user by the items of a history (raw IDs if the train data has them, else rows). Repeated items
   * count once, with their largest weight; items without interactions add nothing. {@link FoldInOptions} has
   * the formula of negatives.
   *
   * @throws {WellbegunError} `invalid-data` for an unknown item (unless `unknownItems: "skip"`) or a bad weight;
   * `invalid-option` for a bad option.
   */
  foldIn(history: Iterable<Id>, options: FoldInOptions = {}): FoldedUser {
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
   * Always refused: an item that was not trained has no row.
   *
   * @throws {WellbegunError} `unavailable`.
   */
  foldInItem(): never {
    throw new WellbegunError("unavailable", {
      doing: "folding in an item",
      expected: "a model that places items by their content, such as those of fit and joinModels",
      found: "a trained graph model, which has rows of trained items alone",
    });
  }

  /**
   * The vectors of many users: row u for user u of the interactions, each of which counts with weight 1. Items are found
   * by ID where both have IDs; otherwise the interactions' item rows are assumed to be the model's.
   *
   * @throws {WellbegunError} `invalid-data` for an item unknown to the model (unless `unknownItems: "skip"`);
   * `mismatch` where there are no IDs to compare and the numbers of items differ.
   */
  transform(interactions: Interactions, options: TransformOptions = {}): Table {
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

  /** Adds the propagated rows of items to a sum in float64. */
  #addItems(rows: Uint32Array, weights: Float32Array | undefined, share: number, sum: Float64Array): void {
    const table = this.#propagated;
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
