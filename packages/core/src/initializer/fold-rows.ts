import type { ResolvedOptions } from "../options/method-options.ts";
import { itemFactors, userFactor } from "../stages/aggregate.ts";
import { type ScaleFactor, unitFactor } from "../stages/scale.ts";
import type { InitializerState, ModalityTables } from "./bytes.ts";
import { mapContent } from "./content-map.ts";
import type { Negatives } from "./history.ts";

/** One modality, ready for sums over rows of items. */
interface ModalitySums extends ModalityTables {
  readonly name: string;
  readonly factors: Float32Array | undefined;
  readonly sum: Float64Array;
}

/**
 * Computes one vector at a time in float64, without a backend: a user's from rows of items, or an item's own.
 * The stages need a backend, so their code cannot be used here.
 */
export class RowFolder {
  readonly #state: InitializerState;
  readonly #options: ResolvedOptions;
  readonly #modalities: readonly ModalitySums[];
  readonly #fused: Float64Array;

  constructor(state: InitializerState) {
    this.#state = state;
    this.#options = state.options;
    this.#modalities = Object.entries(state.modalities).map(([name, tables]) => ({
      ...tables,
      name,
      factors: itemFactors(state.options.normalization[name]!, state.itemDegrees, tables.missing),
      sum: new Float64Array(tables.columns),
    }));
    this.#fused = new Float64Array(state.dim);
  }

  /**
   * Both terms of every modality, from different rows: the formulas of stages/aggregate.ts for one user. The
   * negatives' mean is subtracted: an item alone has degree 1.
   */
  user(
    rows: Uint32Array,
    weights: Float32Array | undefined,
    into: Float32Array,
    negatives?: Negatives | undefined,
  ): void {
    const fused = this.#fused.fill(0);
    for (const modality of this.#modalities) {
      const lambda = this.#options.lambda[modality.name]!;
      const { columns, clusters, points, missing, sum } = modality;
      const degree = degreeOf(rows, weights, missing);
      sum.fill(0);
      if (degree === 0) addRow(sum, points, clusters * columns, 1);
      else {
        const local = lambda * userFactor(this.#options.normalization[modality.name]!, degree);
        addItems(modality, rows, weights, local, (1 - lambda) / degree);
      }
      const total = negatives === undefined ? 0 : degreeOf(negatives.rows, negatives.weights, missing);
      if (negatives !== undefined && total > 0) {
        const share = -negatives.factor / total;
        addItems(modality, negatives.rows, negatives.weights, lambda * share, (1 - lambda) * share);
      }
      for (let c = 0; c < columns; c++) fused[modality.column + c]! += modality.weight * sum[c]!;
    }
    writeScaled(fused, this.#state.userFactor, into);
  }

  /** An item's own vector; the mean item replaces each modality that the item lacks. */
  item(row: number, into: Float32Array): void {
    this.#fuseItem(into, ({ columns, items, missing }) =>
      missing?.[row] === 1 ? undefined : items.subarray(row * columns, (row + 1) * columns),
    );
  }

  /** The vector of an item by its raw features, where undefined counts as missing. Interactions do not reach it. */
  content(raw: Readonly<Record<string, Float32Array | undefined>>, into: Float32Array): void {
    this.#fuseItem(into, ({ name, content, sum }) => {
      const row = raw[name];
      if (row !== undefined) mapContent(content, row, sum);
      return row && sum;
    });
  }

  #fuseItem(into: Float32Array, rowOf: (modality: ModalitySums) => ArrayLike<number> | undefined): void {
    const fused = this.#fused.fill(0);
    for (const modality of this.#modalities) {
      const { columns, clusters, weight, column, points } = modality;
      const row = rowOf(modality) ?? points.subarray(clusters * columns);
      for (let c = 0; c < columns; c++) fused[column + c]! += weight * row[c]!;
    }
    writeScaled(fused, this.#state.itemFactor, into);
  }
}

/** The sum of the weights of the rows that have the modality. */
function degreeOf(
  rows: Uint32Array,
  weights: Float32Array | undefined,
  missing: Uint8Array | undefined,
): number {
  let degree = 0;
  for (let e = 0; e < rows.length; e++) {
    if (missing?.[rows[e]!] !== 1) degree += weights === undefined ? 1 : weights[e]!;
  }
  return degree;
}

/** Adds the items' rows and their centroids to the modality's sum, each term times its factor and the row's weight. */
function addItems(
  { columns, items, points, labels, missing, factors, sum }: ModalitySums,
  rows: Uint32Array,
  weights: Float32Array | undefined,
  local: number,
  global: number,
): void {
  for (let e = 0; e < rows.length; e++) {
    const row = rows[e]!;
    if (missing?.[row] === 1) continue;
    const weight = weights === undefined ? 1 : weights[e]!;
    if (local !== 0)
      addRow(sum, items, row * columns, local * weight * (factors === undefined ? 1 : factors[row]!));
    if (global !== 0) addRow(sum, points, labels[row]! * columns, global * weight);
  }
}

function addRow(sum: Float64Array, table: Float32Array, start: number, factor: number): void {
  for (let c = 0; c < sum.length; c++) sum[c]! += factor * table[start + c]!;
}

function writeScaled(values: Float64Array, factor: ScaleFactor, into: Float32Array): void {
  let scale = 1;
  if (factor === "unit") {
    let squares = 0;
    for (let c = 0; c < values.length; c++) squares += values[c]! * values[c]!;
    scale = unitFactor(Math.sqrt(squares));
  } else scale = factor;
  for (let c = 0; c < values.length; c++) into[c] = scale * values[c]!;
}
