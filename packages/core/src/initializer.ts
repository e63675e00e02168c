import type { Id, IdIndex } from "./data/ids.ts";
import type { Interactions } from "./data/interactions.ts";
import { WellbegunError } from "./errors.ts";
import {
  decodeInitializer,
  encodeInitializer,
  type InitializerState,
  type ModalityTables,
} from "./initializer-bytes.ts";
import type { ResolvedOptions } from "./options.ts";
import { itemFactors, userFactor } from "./stages/aggregate.ts";
import { unitFactor } from "./stages/scale.ts";
import type { ModalityTerms, Run } from "./stages.ts";
import type { TableFactors } from "./tables.ts";

/** A user to be placed. */
export interface PlaceOptions {
  /** Weight of each item of the history, in its order (finite, > 0). Default: all 1. */
  readonly weights?: ArrayLike<number> | undefined;
  /**
   * What happens to an item that the fit did not know: `error` (the default) throws, `skip` leaves it out and
   * reports it in {@link PlacedUser.unknown}.
   */
  readonly unknownItems?: "error" | "skip" | undefined;
}

/** Where a user was placed. */
export interface PlacedUser {
  /** d values, in the space and scale of the fit's user table. */
  readonly vector: Float32Array;
  /** Different items of the history that were used. With 0 the vector is the mean item: nothing was known. */
  readonly used: number;
  /** Items of the history that the fit did not know. */
  readonly unknown: readonly Id[];
}

interface ModalityLookup extends ModalityTables {
  readonly name: string;
  readonly factors: Float32Array | undefined;
  readonly sum: Float64Array;
}

/**
 * A fitted initializer: places users that the fit has never seen, without training and without a backend. For the
 * history of a user of the fit it gives that user's row again (to float32 rounding).
 */
export class Initializer {
  /** The options of the fit. */
  readonly options: ResolvedOptions;
  /** Width of the vectors, d. */
  readonly dim: number;
  readonly itemCount: number;
  /** Raw item IDs in row order, where rows are not the IDs themselves. */
  readonly itemIds: IdIndex | undefined;
  readonly #state: InitializerState;
  readonly #lookups: readonly ModalityLookup[];
  readonly #fused: Float64Array;

  /** Built by {@link fit}, {@link Initializer.fromBytes} or {@link Initializer.withLambda}. */
  constructor(state: InitializerState) {
    this.#state = state;
    this.options = state.options;
    this.dim = state.dim;
    this.itemCount = state.itemDegrees.length;
    this.itemIds = state.itemIds;
    this.#lookups = Object.entries(state.modalities).map(([name, tables]) => ({
      ...tables,
      name,
      factors: itemFactors(state.options.modalities[name]!.norm, state.itemDegrees, tables.missing),
      sum: new Float64Array(tables.columns),
    }));
    this.#fused = new Float64Array(state.dim);
  }

  /** Made of what a fit computed; the items of the terms must have been collected. */
  static fromFit(
    run: Run,
    terms: readonly ModalityTerms[],
    itemDegrees: Float64Array,
    factors: TableFactors,
  ): Initializer {
    const modalities: Record<string, ModalityTables> = {};
    for (const [index, { modality, items, collected, points, missing, clusters }] of terms.entries()) {
      const { weight, column } = run.combination.placements[index]!;
      modalities[modality] = {
        columns: items.columns,
        clusters,
        weight,
        column,
        items: collected!,
        points,
        labels: run.states[modality]!.clustering!.labels,
        missing,
      };
    }
    return new Initializer({
      options: run.options,
      dim: run.combination.width,
      userFactor: factors.users,
      itemFactor: factors.items,
      itemDegrees,
      itemIds: run.input.interactions.itemIds,
      modalities,
    });
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

  /** The arrays and factors behind {@link place}, for exporters to other runtimes. Nothing of it may be changed. */
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
        found: `${lambda}`,
        at: "lambda",
      });
    }
    const modalities = Object.fromEntries(
      Object.entries(this.options.modalities).map(([name, own]) => [name, { ...own, lambda }]),
    );
    return new Initializer({ ...this.#state, options: { ...this.options, modalities } });
  }

  /**
   * Places one user by the items of a history: raw IDs if the fit had them, else rows. Repeated items count once,
   * with their largest weight.
   *
   * @throws {WellbegunError} `invalid-data` for an unknown item (unless `unknownItems: "skip"`) or a bad weight.
   */
  place(history: Iterable<Id>, options: PlaceOptions = {}): PlacedUser {
    const rows = new Map<number, number>();
    const unknown: Id[] = [];
    let position = 0;
    for (const id of history) {
      const weight = options.weights === undefined ? 1 : options.weights[position]!;
      if (!(Number.isFinite(weight) && weight > 0)) refuse("a finite weight above 0", `${weight}`, position);
      const row = this.#rowOf(id);
      if (row !== undefined) rows.set(row, Math.max(weight, rows.get(row) ?? 0));
      else if (options.unknownItems === "skip") unknown.push(id);
      else refuse("an item that the fit knew", `${typeof id} ${JSON.stringify(String(id))}`, position);
      position++;
    }
    const items = Uint32Array.from(rows.keys());
    const weights = options.weights === undefined ? undefined : Float32Array.from(rows.values());
    const vector = new Float32Array(this.dim);
    this.#placeRows(items, weights, vector);
    return { vector, used: items.length, unknown };
  }

  /**
   * Places many users at once: U x d, row-major, row u for user u. The interactions' item rows must be the fit's.
   *
   * @throws {WellbegunError} `mismatch` if the number of items differs.
   */
  transform(interactions: Interactions): Float32Array {
    if (interactions.itemCount !== this.itemCount) {
      throw new WellbegunError("mismatch", {
        doing: "placing users",
        expected: `interactions with the fit's ${this.itemCount} items`,
        found: `${interactions.itemCount}`,
      });
    }
    const { userCount, offsets, items, weights } = interactions;
    const result = new Float32Array(userCount * this.dim);
    for (let u = 0; u < userCount; u++) {
      const own = items.subarray(offsets[u]!, offsets[u + 1]!);
      const ownWeights = weights?.subarray(offsets[u]!, offsets[u + 1]!);
      this.#placeRows(own, ownWeights, result.subarray(u * this.dim, (u + 1) * this.dim));
    }
    return result;
  }

  /** The item table of the fit: I x d, row-major, in the space and scale of the users. Computed anew at each call. */
  itemTable(): Float32Array {
    const table = new Float32Array(this.itemCount * this.dim);
    const { itemFactor } = this.#state;
    for (let i = 0; i < this.itemCount; i++) {
      this.#fused.fill(0);
      for (const { columns, clusters, weight, column, items, points, missing } of this.#lookups) {
        const absent = missing?.[i] === 1;
        const source = absent ? points : items;
        const start = (absent ? clusters : i) * columns;
        for (let c = 0; c < columns; c++) this.#fused[column + c]! += weight * source[start + c]!;
      }
      writeScaled(this.#fused, itemFactor, table.subarray(i * this.dim, (i + 1) * this.dim));
    }
    return table;
  }

  #rowOf(id: Id): number | undefined {
    if (this.itemIds !== undefined) return this.itemIds.rowOf(id);
    return typeof id === "number" && Number.isInteger(id) && id >= 0 && id < this.itemCount ? id : undefined;
  }

  /** Both terms of every modality, from different rows: the formulas of stages/aggregate.ts for one user. */
  #placeRows(rows: Uint32Array, weights: Float32Array | undefined, into: Float32Array): void {
    const fused = this.#fused.fill(0);
    for (const lookup of this.#lookups) {
      const { lambda, norm } = this.options.modalities[lookup.name]!;
      const { columns, clusters, items, points, labels, missing, factors, sum } = lookup;
      let degree = 0;
      for (let e = 0; e < rows.length; e++) {
        if (missing?.[rows[e]!] !== 1) degree += weights === undefined ? 1 : weights[e]!;
      }
      sum.fill(0);
      if (degree === 0) addRow(sum, points, clusters * columns, 1);
      const local = lambda * userFactor(norm, degree);
      const global = degree === 0 ? 0 : (1 - lambda) / degree;
      for (let e = 0; e < rows.length; e++) {
        const row = rows[e]!;
        if (missing?.[row] === 1) continue;
        const weight = weights === undefined ? 1 : weights[e]!;
        if (local !== 0)
          addRow(sum, items, row * columns, local * weight * (factors === undefined ? 1 : factors[row]!));
        if (global !== 0) addRow(sum, points, labels[row]! * columns, global * weight);
      }
      for (let c = 0; c < columns; c++) fused[lookup.column + c]! += lookup.weight * sum[c]!;
    }
    writeScaled(fused, this.#state.userFactor, into);
  }
}

function addRow(sum: Float64Array, table: Float32Array, start: number, factor: number): void {
  for (let c = 0; c < sum.length; c++) sum[c]! += factor * table[start + c]!;
}

function writeScaled(values: Float64Array, factor: number | "unit", into: Float32Array): void {
  let scale = 1;
  if (factor === "unit") {
    let squares = 0;
    for (let c = 0; c < values.length; c++) squares += values[c]! * values[c]!;
    scale = unitFactor(Math.sqrt(squares));
  } else scale = factor;
  for (let c = 0; c < values.length; c++) into[c] = scale * values[c]!;
}

function refuse(expected: string, found: string, position: number): never {
  throw new WellbegunError("invalid-data", {
    doing: "placing a user",
    expected,
    found,
    at: `position ${position} of the history`,
  });
}
