import type { Id } from "../data/ids.ts";
import { type Interactions, itemDegrees } from "../data/interactions.ts";
import { createTable, type Table } from "../data/table.ts";
import { describe } from "../describe.ts";
import { WellbegunError } from "../errors.ts";
import type { FoldedUser, FoldInOptions } from "../initializer/history.ts";
import type { TransformOptions } from "../initializer/initializer.ts";
import type { FoldedItem, ItemContent } from "../initializer/item-content.ts";
import type { FoldingModel } from "./joined-model.ts";
import { SpectralInitializer } from "./spectral-initializer.ts";
import type { ResolvedSpectralOptions } from "./spectral-options.ts";

/** The result of {@link spectral}: the tables, with methods that fold in further users. */
export class SpectralModel implements FoldingModel {
  /** U x k: R D_i^-1/2 V_k, by the user IDs of `train`. */
  readonly users: Table;
  /** I x k: D_i^q V_k, by the item IDs of `train`. Zero rows for items without interactions. */
  readonly items: Table;
  /** The interactions that the tables come from. */
  readonly train: Interactions;
  readonly options: ResolvedSpectralOptions;
  /** The k leading singular values of R^, largest first; 0 beyond its rank, where the columns are zero. */
  readonly singularValues: Float64Array;
  /** The model without its user table; `foldIn`, `transform` and `toBytes` call its methods. */
  readonly initializer: SpectralInitializer;

  /** Made by {@link spectral} and {@link SpectralModel.with}. */
  constructor(
    users: Table,
    items: Table,
    train: Interactions,
    options: ResolvedSpectralOptions,
    singularValues: Float64Array,
  ) {
    this.users = users;
    this.items = items;
    this.train = train;
    this.options = options;
    this.singularValues = singularValues;
    this.initializer = new SpectralInitializer(items, itemDegrees(train), options);
  }

  /**
   * The vector of a user by the items of a history (raw IDs if the train data has them, else rows), from the
   * items' rows alone. For the train items of a user of the model it is that user's row, to float32 rounding.
   * Repeated items count once, with their largest weight; items without interactions add nothing.
   *
   * @throws {WellbegunError} `invalid-data` for an unknown item (unless `unknownItems: "skip"`) or a bad weight.
   */
  foldIn(history: Iterable<Id>, options?: FoldInOptions): FoldedUser {
    return this.initializer.foldIn(history, options);
  }

  /** Empty: the tables come from interactions alone. */
  get contentWidths(): Readonly<Record<string, number>> {
    return this.initializer.contentWidths;
  }

  /**
   * The row of an item that nobody has touched: zeros, as in the item table.
   *
   * @throws {WellbegunError} `mismatch` if content is given.
   */
  foldInItem(content: ItemContent): FoldedItem {
    return this.initializer.foldInItem(content);
  }

  /**
   * The vectors of many users: row u for user u of the interactions. Items are found by ID where both have IDs;
   * otherwise the interactions' item rows are assumed to be the model's.
   *
   * @throws {WellbegunError} `invalid-data` for an item unknown to the model (unless `unknownItems: "skip"`);
   * `mismatch` where there are no IDs to compare and the numbers of items differ.
   */
  transform(interactions: Interactions, options?: TransformOptions): Table {
    return this.initializer.transform(interactions, options);
  }

  /** The model without its user table as bytes, for `readInitializer`. */
  toBytes(): Uint8Array {
    return this.initializer.toBytes();
  }

  /**
   * The model at a smaller width or another exponent, without computing singular vectors again: the first columns of wide
   * tables are the narrow tables.
   *
   * @throws {WellbegunError} `invalid-option` for a `k` above this model's, or an exponent out of 0 to 1.
   */
  with({
    k = this.options.k,
    exponent = this.options.exponent,
  }: Pick<Partial<ResolvedSpectralOptions>, "k" | "exponent">): SpectralModel {
    if (!(Number.isSafeInteger(k) && k >= 1 && k <= this.options.k)) {
      refuse(`a whole number from 1 to ${this.options.k}`, k, "k");
    }
    if (!(exponent >= 0 && exponent <= 1)) refuse("a number from 0 to 1", exponent, "exponent");
    const items = firstColumns(this.items, k);
    const change = exponent - this.options.exponent;
    if (change !== 0) {
      for (const [item, degree] of itemDegrees(this.train).entries()) {
        const factor = degree > 0 ? degree ** change : 0;
        for (let c = 0; c < k; c++) items.data[item * k + c]! *= factor;
      }
    }
    return new SpectralModel(
      firstColumns(this.users, k),
      items,
      this.train,
      { ...this.options, k, exponent },
      this.singularValues.slice(0, k),
    );
  }
}

/** A copy of the first `k` columns. */
function firstColumns({ data, rows, columns, ids }: Table, k: number): Table {
  if (k === columns) return createTable(data.slice(), rows, k, ids);
  const result = new Float32Array(rows * k);
  for (let r = 0; r < rows; r++) result.set(data.subarray(r * columns, r * columns + k), r * k);
  return createTable(result, rows, k, ids);
}

function refuse(expected: string, found: number, at: string): never {
  throw new WellbegunError("invalid-option", {
    doing: "changing spectral tables",
    expected,
    found: describe(found),
    at,
  });
}
