/** UMAP step by step: some points are laid out, and all others follow their neighbors among these. */

import { createTable, openItemIndex, wasm } from "@wellbegun/core";
import { createRandom } from "@wellbegun/core/support";
import { sampleRowNumbers } from "@wellbegun/evaluation";
import { UMAP } from "umap-js";
import { bestRows } from "../best-rows.ts";

/** Vectors to lay out, row-major, and where they start. */
export interface UmapRequest {
  readonly vectors: Float32Array;
  readonly columns: number;
  readonly x: Float32Array;
  readonly y: Float32Array;
}

/** Where the points are after an epoch. */
export interface UmapFrame {
  readonly x: Float32Array;
  readonly y: Float32Array;
  readonly mark: readonly [x: number, y: number] | undefined;
  /** Points that UMAP lays out; all others follow these. */
  readonly laidOut: number;
  readonly epoch: number;
  readonly epochs: number;
}

/** The most points that UMAP lays out: it takes seconds before the first epoch, and grows faster than the number. */
const MOST_LAID_OUT = 10_000;
const NEIGHBORS = 15;
/** Neighbors among those that are laid out, which place all other points. */
const PLACES = 3;
/** Distance on the unit sphere over which a neighbor's weight falls by e. */
const REACH = 0.05;
const EPOCHS = 200;
const SEED = 999;
/** Share of the coordinates that the picture is scaled by: a few outliers do not make the rest a dot. */
const WITHIN = 0.995;
/** Width that UMAP's own default start has. */
const START_WIDTH = 10;

type Axes = readonly [x: Float32Array, y: Float32Array];
/** Rows with their weights, `PLACES` for each point. */
interface Places {
  readonly rows: ArrayLike<number>;
  readonly weights: ArrayLike<number>;
}

/** A layout in progress. */
export class UmapLayout {
  readonly #umap: UMAP;
  readonly #epochs: number;
  #epoch = 0;
  readonly #laidOut: Float32Array;
  readonly #columns: number;
  /** Where all points belong; undefined if UMAP lays out each of them. */
  readonly #places: Places | undefined;
  #axes: Axes | undefined;

  private constructor(
    umap: UMAP,
    epochs: number,
    laidOut: Float32Array,
    columns: number,
    places: Places | undefined,
  ) {
    this.#umap = umap;
    this.#epochs = epochs;
    this.#laidOut = laidOut;
    this.#columns = columns;
    this.#places = places;
  }

  /**
   * Finds the neighbors. The vectors are changed: divided by their norms.
   *
   * @param most The most points that UMAP lays out, a seeded sample.
   */
  static async open(
    { vectors, columns, x, y }: UmapRequest,
    most: number = MOST_LAID_OUT,
  ): Promise<UmapLayout> {
    const count = vectors.length / columns;
    const rowOf = (row: number): Float32Array => vectors.subarray(row * columns, (row + 1) * columns);
    for (let row = 0; row < count; row++) toUnit(rowOf(row));
    const sample = sampleRowNumbers(count, most, SEED, "umap");
    const laidOut = new Float32Array(sample.length * columns);
    for (const [at, row] of sample.entries()) laidOut.set(rowOf(row), at * columns);

    const backend = await wasm();
    const index = await openItemIndex(backend, createTable(laidOut, sample.length, columns));
    const width = Math.min(NEIGHBORS, sample.length);
    const own = await index.topK(laidOut, width);
    const near = sample.length === count ? undefined : await index.topK(vectors, PLACES);
    index.dispose();
    await backend.dispose();

    const lists = (values: ArrayLike<number>): number[][] =>
      Array.from(sample, (_, row) => Array.from({ length: width }, (_, at) => values[row * width + at]!));
    const random = createRandom(SEED, "playground/umap");
    const umap = new UMAP({
      nComponents: 2,
      nNeighbors: width,
      minDist: 0.1,
      nEpochs: EPOCHS,
      random: () => random.uniform(),
    });
    umap.setPrecomputedKNN(lists(own.items), lists(own.scores.map(distance)));
    const epochs = umap.initializeFit(Array.from(sample, () => []));
    // From the map that is shown, rather than from random places: the groups keep their order.
    const embedding = umap.getEmbedding();
    for (const [at, row] of sample.entries()) embedding[at] = [x[row]! * START_WIDTH, y[row]! * START_WIDTH];
    const places = near === undefined ? undefined : { rows: near.items, weights: weightsOf(near.scores) };
    return new UmapLayout(umap, epochs, laidOut, columns, places);
  }

  /** Goes on by some epochs. @returns whether there are more */
  advance(epochs: number): boolean {
    const end = Math.min(this.#epochs, this.#epoch + epochs);
    for (; this.#epoch < end; this.#epoch++) this.#umap.step();
    this.#axes = undefined;
    return end < this.#epochs;
  }

  /** Where the points are now, and where a further vector belongs. */
  frame(marked: Float32Array | undefined): UmapFrame {
    this.#axes ??= fitted(this.#umap.getEmbedding());
    const axes = this.#axes;
    const mark =
      marked === undefined
        ? undefined
        : placed(axes, nearestTo(toUnit(marked.slice()), this.#laidOut, this.#columns), 0);
    const [x, y] = this.#places === undefined ? axes : everyPoint(axes, this.#places);
    const laidOut = axes[0].length;
    return { x, y, mark, laidOut, epoch: this.#epoch, epochs: this.#epochs };
  }
}

/** Distance of unit vectors with this product. */
function distance(product: number): number {
  return Math.sqrt(Math.max(0, 2 - 2 * product));
}

/** Weights of neighbors, `PLACES` for each point: the nearest one has 1, and they fall with the distance beyond it. */
function weightsOf(products: ArrayLike<number>): Float32Array {
  return Float32Array.from(products, (product, at) => {
    const nearest = products[at - (at % PLACES)]!;
    return Math.exp((distance(nearest) - distance(product)) / REACH);
  });
}

function nearestTo(unit: Float32Array, laidOut: Float32Array, columns: number): Places {
  const product = (row: number): number =>
    unit.reduce((sum, value, c) => sum + value * laidOut[row * columns + c]!, 0);
  const best = bestRows(laidOut.length / columns, PLACES, product);
  return { rows: best.map(({ row }) => row), weights: weightsOf(best.map(({ score }) => score)) };
}

/** The weighted mean of a point's neighbors. */
function placed([x, y]: Axes, { rows, weights }: Places, point: number): [x: number, y: number] {
  let [sumX, sumY, total] = [0, 0, 0];
  for (let at = point * PLACES; at < Math.min((point + 1) * PLACES, rows.length); at++) {
    const [row, weight] = [rows[at]!, weights[at]!];
    if (row < 0) continue;
    sumX += weight * x[row]!;
    sumY += weight * y[row]!;
    total += weight;
  }
  return [sumX / total, sumY / total];
}

function everyPoint(axes: Axes, places: Places): Axes {
  const count = places.rows.length / PLACES;
  const [x, y] = [new Float32Array(count), new Float32Array(count)];
  for (let point = 0; point < count; point++) [x[point], y[point]] = placed(axes, places, point);
  return [x, y];
}

/** Scales a vector in place to length 1: on unit vectors the distance orders neighbors as the cosine does. */
function toUnit(vector: Float32Array): Float32Array {
  let squares = 0;
  for (const value of vector) squares += value * value;
  const factor = squares > 0 ? 1 / Math.sqrt(squares) : 0;
  for (let c = 0; c < vector.length; c++) vector[c]! *= factor;
  return vector;
}

/** Coordinates about their mean, scaled so that all but a few outliers lie within -0.9 and 0.9, both axes alike. */
function fitted(points: readonly (readonly number[])[]): Axes {
  const centered = (axis: number): Float32Array => {
    const mean = points.reduce((sum, point) => sum + point[axis]!, 0) / points.length;
    return Float32Array.from(points, (point) => point[axis]! - mean);
  };
  const [x, y] = [centered(0), centered(1)];
  const reach = Float32Array.from([...x, ...y], Math.abs).sort();
  const scale = 0.9 / (reach[Math.floor((reach.length - 1) * WITHIN)] || 1);
  return [x.map((value) => value * scale), y.map((value) => value * scale)];
}
