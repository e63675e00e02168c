import type { Id } from "../data/ids.ts";
import { type Interactions, itemDegrees } from "../data/interactions.ts";
import { createTable, type Table } from "../data/table.ts";
import { WellbegunError } from "../errors.ts";
import { type FoldedUser, type FoldInOptions, resolveHistory } from "../initializer/history.ts";
import type { TransformOptions } from "../initializer/initializer.ts";
import { overFitItems } from "../initializer/item-rows.ts";
import type { FoldingModel } from "./joined-model.ts";
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
  /**
   * By item: d_i^(-1/2 - q), the factor between an item's row and its part of a user's vector; 0 without
   * interactions.
   */
  readonly #factors: Float64Array;

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
    this.#factors = itemDegrees(train).map((degree) =>
      degree > 0 ? degree ** (-0.5 - options.exponent) : 0,
    );
  }

  /**
   * The vector of a user by the items of a history (raw IDs if the train data has them, else rows), from the
   * items' rows alone. For the train items of a user of the model it is that user's row, to float32 rounding.
   * Repeated items count once, with their largest weight; items without interactions add nothing.
   *
   * @throws {WellbegunError} `invalid-data` for an unknown item (unless `unknownItems: "skip"`) or a bad weight.
   */
  foldIn(history: Iterable<Id>, options: FoldInOptions = {}): FoldedUser {
    const { rows, weights, unknown } = resolveHistory(history, this.items, options);
    const vector = new Float32Array(this.items.columns);
    this.#addItems(rows, weights, vector);
    return { vector, used: rows.length, unknown };
  }

  /**
   * The vectors of many users: row u for user u of the interactions. Items are found by ID where both have IDs;
   * otherwise the interactions' item rows are assumed to be the model's.
   *
   * @throws {WellbegunError} `invalid-data` for an item unknown to the model (unless `unknownItems: "skip"`);
   * `mismatch` where there are no IDs to compare and the numbers of items differ.
   */
  transform(interactions: Interactions, options: TransformOptions = {}): Table {
    const { rows: itemCount, ids } = this.items;
    const known = overFitItems(interactions, itemCount, ids, options.unknownItems ?? "error");
    const { userCount, offsets, items, weights } = known;
    const { columns } = this.items;
    const data = new Float32Array(userCount * columns);
    for (let u = 0; u < userCount; u++) {
      const [from, to] = [offsets[u]!, offsets[u + 1]!];
      const into = data.subarray(u * columns, (u + 1) * columns);
      this.#addItems(items.subarray(from, to), weights?.subarray(from, to), into);
    }
    return createTable(data, userCount, columns, interactions.userIds);
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

  #addItems(rows: Uint32Array, weights: Float32Array | undefined, into: Float32Array): void {
    const { data, columns } = this.items;
    const sum = new Float64Array(columns);
    for (let e = 0; e < rows.length; e++) {
      const row = rows[e]!;
      const factor = this.#factors[row]! * (weights === undefined ? 1 : weights[e]!);
      if (factor === 0) continue;
      for (let c = 0; c < columns; c++) sum[c]! += factor * data[row * columns + c]!;
    }
    into.set(sum);
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
    found: `${found}`,
    at,
  });
}
