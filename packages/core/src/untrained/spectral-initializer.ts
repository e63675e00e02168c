import type { Id } from "../data/ids.ts";
import type { Interactions } from "../data/interactions.ts";
import { createTable, type Table } from "../data/table.ts";
import { isDegree } from "../initializer/bytes.ts";
import { FrameReader, writeFrame } from "../initializer/frame.ts";
import { type InitializerHeader, idEntry, listOrNull, parseItemIds } from "../initializer/header.ts";
import { checked, finite, parseJson, type Rules, record, whole } from "../initializer/header-rules.ts";
import { type FoldedUser, type FoldInOptions, resolveHistory } from "../initializer/history.ts";
import type { TransformOptions } from "../initializer/initializer.ts";
import { checkContent, type FoldedItem, type ItemContent } from "../initializer/item-content.ts";
import { overFitItems } from "../initializer/item-rows.ts";
import type { UserFolder } from "../initializer/user-folder.ts";
import type { ResolvedSpectralOptions } from "./spectral-options.ts";

/** The magic of the bytes. The arrays are the items' degrees (float64) and their rows (float32, I x k). */
export const SPECTRAL_MAGIC = "wbspec";

interface Header extends Pick<InitializerHeader, "itemIds" | "itemCount"> {
  readonly options: ResolvedSpectralOptions;
}

const share: Rules<{ at: number }>["at"] = finite("from 0 to 1", (value) => value >= 0 && value <= 1);
const headerRules: Rules<Header> = { options: record, itemCount: whole(1), itemIds: listOrNull };
const optionRules: Rules<ResolvedSpectralOptions> = {
  k: whole(1),
  exponent: share,
  rounds: whole(1),
  seed: whole(Number.MIN_SAFE_INTEGER),
};

/** Spectral tables without their users: folds in users from the items' rows alone, without a backend. */
export class SpectralInitializer implements UserFolder {
  /** I x k: D_i^q V_k. */
  readonly items: Table;
  readonly options: ResolvedSpectralOptions;
  /** Empty: the tables come from interactions alone. */
  readonly contentWidths: Readonly<Record<string, number>> = {};
  readonly #degrees: Float64Array;
  /**
   * By item: d_i^(-1/2 - q), the factor between an item's row and its part of a user's vector; 0 without
   * interactions.
   */
  readonly #factors: Float64Array;

  /** Built by a {@link SpectralModel} and by {@link SpectralInitializer.fromBytes}. */
  constructor(items: Table, itemDegrees: Float64Array, options: ResolvedSpectralOptions) {
    this.items = items;
    this.options = options;
    this.#degrees = itemDegrees;
    this.#factors = itemDegrees.map((degree) => (degree > 0 ? degree ** (-0.5 - options.exponent) : 0));
  }

  /**
   * Reads what {@link toBytes} wrote.
   *
   * @throws {WellbegunError} `format` if the bytes are not spectral tables, are damaged or are of a later version.
   */
  static fromBytes(bytes: Uint8Array): SpectralInitializer {
    const frame = new FrameReader(SPECTRAL_MAGIC, bytes);
    const header = checked<Header>(parseJson(frame.header), headerRules, "the header");
    const options = checked<ResolvedSpectralOptions>(header.options, optionRules, "options");
    const { itemCount } = header;
    frame.expectArrays([8 * itemCount, 4 * itemCount * options.k]);
    const ids = parseItemIds(header);
    const degrees = frame.read(new Float64Array(itemCount), "itemDegrees", isDegree);
    const rows = frame.read(new Float32Array(itemCount * options.k), "items", Number.isFinite);
    return new SpectralInitializer(createTable(rows, itemCount, options.k, ids), degrees, options);
  }

  /** As bytes; equal tables give equal bytes. */
  toBytes(): Uint8Array {
    const { data, rows, ids } = this.items;
    const header: Header = {
      options: this.options,
      itemCount: rows,
      itemIds: ids?.ids.map(idEntry) ?? null,
    };
    return writeFrame(SPECTRAL_MAGIC, header, [this.#degrees, data]);
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
    const { rows, weights, negatives, unknown } = resolveHistory(history, this.items, options);
    const sum = new Float64Array(this.items.columns);
    this.#addItems(rows, weights, 1, sum);
    if (negatives !== undefined) {
      let total = 0;
      for (const [e, row] of negatives.rows.entries()) {
        if (this.#factors[row] !== 0) total += negatives.weights[e]!;
      }
      if (total > 0) this.#addItems(negatives.rows, negatives.weights, -negatives.factor / total, sum);
    }
    return { vector: Float32Array.from(sum), used: rows.length, unknown };
  }

  /**
   * The row of an item that nobody has touched: zeros, as in the item table. Tables from interactions take no content.
   *
   * @throws {WellbegunError} `mismatch` if content is given.
   */
  foldInItem(content: ItemContent): FoldedItem {
    checkContent(content, this.contentWidths, "keep");
    return { vector: new Float32Array(this.items.columns), used: [], missing: [] };
  }

  /**
   * The vectors of many users: row u for user u of the interactions. Items are found by ID where both have IDs;
   * otherwise the interactions' item rows are assumed to be the model's.
   *
   * @throws {WellbegunError} `invalid-data` for an item unknown to the model (unless `unknownItems: "skip"`);
   * `mismatch` where there are no IDs to compare and the numbers of items differ.
   */
  transform(interactions: Interactions, options: TransformOptions = {}): Table {
    const { rows: itemCount, ids, columns } = this.items;
    const known = overFitItems(interactions, itemCount, ids, options.unknownItems ?? "error");
    const { userCount, offsets, items, weights } = known;
    const data = new Float32Array(userCount * columns);
    const sum = new Float64Array(columns);
    for (let u = 0; u < userCount; u++) {
      const [from, to] = [offsets[u]!, offsets[u + 1]!];
      this.#addItems(items.subarray(from, to), weights?.subarray(from, to), 1, sum.fill(0));
      data.set(sum, u * columns);
    }
    return createTable(data, userCount, columns, interactions.userIds);
  }

  /** Adds `share` times the weighted sum of the items' parts of a user's vector. */
  #addItems(rows: Uint32Array, weights: Float32Array | undefined, share: number, sum: Float64Array): void {
    const { data, columns } = this.items;
    for (let e = 0; e < rows.length; e++) {
      const row = rows[e]!;
      const factor = share * this.#factors[row]! * (weights === undefined ? 1 : weights[e]!);
      if (factor === 0) continue;
      for (let c = 0; c < columns; c++) sum[c]! += factor * data[row * columns + c]!;
    }
  }
}
