import type { Id, IdIndex } from "../data/ids.ts";
import type { Interactions } from "../data/interactions.ts";
import { createTable, type Table } from "../data/table.ts";
import { describe } from "../describe.ts";
import { WellbegunError } from "../errors.ts";
import { namesOf, refuseUnknownKeys } from "../options/known-keys.ts";
import type { ResolvedOptions } from "../options/method-options.ts";
import { decodeInitializer, encodeInitializer, type InitializerState } from "./bytes.ts";
import { RowFolder } from "./fold-rows.ts";
import { type FoldedUser, type FoldInOptions, resolveHistory } from "./history.ts";
import { checkContent, type FoldedItem, type ItemContent } from "./item-content.ts";
import { overFitItems, type UnknownItems } from "./item-rows.ts";

const transformOptionNames = namesOf<TransformOptions>({ unknownItems: true });

/** Options of {@link Initializer.transform}. */
export interface TransformOptions {
  /**
   * How to treat interactions with an item that the fit did not know: `error` (the default) throws, `skip`
   * ignores them.
   */
  readonly unknownItems?: UnknownItems | undefined;
}

/**
 * A fitted initializer: folds in users and items that the fit has never seen, without training and without a backend. For
 * the history of a user of the fit, it returns that user's row (to float32 rounding).
 */
export class Initializer {
  /** The options of the fit. */
  readonly options: ResolvedOptions;
  /** Width of the vectors, d. */
  readonly dim: number;
  readonly itemCount: number;
  /** Raw item IDs in row order; undefined where the rows are the IDs. */
  readonly itemIds: IdIndex | undefined;
  /** Width of the features that {@link foldInItem} takes, by modality. */
  readonly contentWidths: Readonly<Record<string, number>>;
  readonly #state: InitializerState;
  readonly #folder: RowFolder;
  #items: Table | undefined;

  /** Built by {@link fit}, {@link Initializer.fromBytes} or {@link Initializer.withLambda}. */
  constructor(state: InitializerState) {
    this.#state = state;
    this.#folder = new RowFolder(state);
    this.options = state.options;
    this.dim = state.dim;
    this.itemCount = state.itemDegrees.length;
    this.itemIds = state.itemIds;
    this.contentWidths = Object.fromEntries(
      Object.entries(state.modalities).map(([name, { content }]) => [name, content.featureColumns]),
    );
  }

  /**
   * Reads what {@link toBytes} wrote, on any runtime.
   *
   * @throws {WellbegunError} `format` if the bytes are not an initializer, are damaged (a checksum covers all of them) or are
   * of a later version.
   */
  static fromBytes(bytes: Uint8Array): Initializer {
    return new Initializer(decodeInitializer(bytes));
  }

  /** The arrays and factors behind {@link foldIn}, for exporters to other runtimes. None of it may be changed. */
  get state(): InitializerState {
    return this.#state;
  }

  /** The initializer as bytes; equal initializers give equal bytes. */
  toBytes(): Uint8Array {
    return encodeInitializer(this.#state);
  }

  /**
   * The same initializer with another weight of the local term (all modalities), at the scale of the fit.
   *
   * @throws {WellbegunError} `invalid-option` unless lambda is a number from 0 to 1.
   */
  withLambda(lambda: number): Initializer {
    if (!(lambda >= 0 && lambda <= 1)) {
      throw new WellbegunError("invalid-option", {
        doing: "changing the weight of the local term",
        expected: "a number from 0 to 1",
        found: describe(lambda),
        at: "lambda",
      });
    }
    const all = Object.fromEntries(this.options.modalities.map((name) => [name, lambda]));
    return new Initializer({ ...this.#state, options: { ...this.options, lambda: all } });
  }

  /** I x d: the item table of the fit, in the space and scale of the users. Computed at the first use, then kept. */
  get items(): Table {
    if (this.#items !== undefined) return this.#items;
    const data = new Float32Array(this.itemCount * this.dim);
    for (let row = 0; row < this.itemCount; row++) {
      this.#folder.item(row, data.subarray(row * this.dim, (row + 1) * this.dim));
    }
    this.#items = createTable(data, this.itemCount, this.dim, this.itemIds);
    return this.#items;
  }

  /**
   * The vector of one user from the items of a history: raw IDs if the fit had them, else rows. Repeated items
   * count once, with their largest weight. {@link FoldInOptions} has the formula of negatives.
   *
   * @throws {WellbegunError} `invalid-data` for an unknown item (unless `unknownItems: "skip"`) or a bad weight;
   * `invalid-option` for a bad option.
   */
  foldIn(history: Iterable<Id>, options: FoldInOptions = {}): FoldedUser {
    const known = { rows: this.itemCount, ids: this.itemIds };
    const { rows, weights, negatives, unknown } = resolveHistory(history, known, options);
    const vector = new Float32Array(this.dim);
    this.#folder.user(rows, weights, vector, negatives);
    return { vector, used: rows.length, unknown };
  }

  /**
   * The vector of an item that the fit has not seen, from its raw features, which are prepared, whitened, projected and scaled as in the
   * fit. It is the row that the item table gives an item with this content and no interactions (to float32 rounding): the mean
   * item stands for each missing modality. A row of zeros is missing under `zeroRows: "missing"`.
   *
   * @throws {WellbegunError} `mismatch` for a modality that the fit did not have, or a row of another width;
   * `invalid-data` for a value that is not finite.
   */
  foldInItem(content: ItemContent): FoldedItem {
    const raw = checkContent(content, this.contentWidths, this.options.zeroRows);
    const vector = new Float32Array(this.dim);
    this.#folder.content(raw, vector);
    const names = Object.keys(this.contentWidths);
    return {
      vector,
      used: names.filter((name) => raw[name] !== undefined),
      missing: names.filter((name) => raw[name] === undefined),
    };
  }

  /**
   * Folds in many users at once: a table with their IDs, row u for user u. Where both the interactions and the
   * fit have item IDs, items are found by ID, in any order. Otherwise the interactions' item rows are assumed
   * to be the fit's.
   *
   * @throws {WellbegunError} `invalid-data` for an item that the fit did not know (unless
   * `unknownItems: "skip"`); `mismatch` where there are no IDs to compare and the numbers of items differ.
   */
  transform(interactions: Interactions, options: TransformOptions = {}): Table {
    refuseUnknownKeys("folding in users", options, transformOptionNames);
    const known = overFitItems(interactions, this.itemCount, this.itemIds, options.unknownItems ?? "error");
    const { userCount, offsets, items, weights } = known;
    const data = new Float32Array(userCount * this.dim);
    for (let u = 0; u < userCount; u++) {
      const own = items.subarray(offsets[u]!, offsets[u + 1]!);
      const ownWeights = weights?.subarray(offsets[u]!, offsets[u + 1]!);
      this.#folder.user(own, ownWeights, data.subarray(u * this.dim, (u + 1) * this.dim));
    }
    return createTable(data, userCount, this.dim, interactions.userIds);
  }
}
