import type { Backend, Matrix, SparseMatrix } from "../../backend/backend.ts";
import type { RowTable } from "../../data/row-table.ts";
import { generalizedEigen } from "../../linalg/generalized-eigen.ts";
import { checkpoint, type Observer } from "../../progress.ts";
import type { Random } from "../../random.ts";
import type { BasisPart } from "./basis-part.ts";
import { KrylovBasis } from "./krylov-basis.ts";
import { type Smoothing, type SmoothingSize, smoothingDemand, smoothTable } from "./smooth.ts";
import type { WeightedBlocks } from "./weighted-blocks.ts";

/**
 * Directions that each round adds. With the same number of products, narrow rounds give more accurate axes, and
 * wide ones run faster.
 */
const roundWidth = 32;

/** Axes with the sum of squares along each, and the sum of squares of everything. */
export interface MeasuredAxes {
  /** dim x width, row-major: each row an axis, most variance first. */
  readonly axes: Float64Array;
  readonly values: Float64Array;
  readonly total: number;
}

/** Directions that the sketch collects: three for each axis and one more round, with a minimum for few axes. */
export function sketchWidth(dim: number): number {
  return roundWidth * Math.ceil(Math.max(3 * dim + roundWidth, 192) / roundWidth);
}

/** Values that {@link sketchedAxes} holds besides the features: for each row of a block, and in total. */
export function sketchDemand(width: number, dim: number): { perRow: number; constant: number } {
  const collected = sketchWidth(dim);
  return {
    perRow: roundWidth,
    constant:
      (collected + 2 * roundWidth + Math.max(roundWidth, dim)) * width +
      collected * (collected + dim + 2 * roundWidth),
  };
}

/** As {@link sketchDemand} with smoothing: the features' products with a round's directions are held for all items. */
export function smoothedSketchDemand(
  width: number,
  dim: number,
  size: SmoothingSize,
): { perRow: number; constant: number } {
  const { perRow, constant } = sketchDemand(width, dim);
  return { perRow, constant: constant + size.items * roundWidth + smoothingDemand(size, roundWidth) };
}

/**
 * The leading right singular vectors of X, the weighted modalities side by side, from a block Krylov space of
 * X^T X (Musco and Musco 2015) and the Rayleigh-Ritz procedure within it. The number of products is fixed: a
 * convergence test could stop at another round on another backend and give other axes. Vectors as long as X is
 * wide stay on the backend. With `smoothing` the axes are those of the smoothed features, which are never
 * computed: only their products with the directions are.
 */
export async function sketchedAxes(
  backend: Backend,
  parts: readonly WeightedBlocks[],
  dim: number,
  random: Random,
  observer: Observer | undefined,
  smoothing?: Smoothing,
): Promise<MeasuredAxes> {
  const modality = parts.map((part) => part.modality).join("+");
  const rounds = sketchWidth(dim) / roundWidth;
  const basis = await KrylovBasis.create(backend, parts, roundWidth, rounds);
  try {
    const total = await startFromRows(backend, basis.parts, random);
    let energies: Float64Array | undefined;
    for (let round = 1; round <= rounds && (await basis.extend()); round++) {
      await checkpoint(observer, "finding the principal axes");
      if (round < rounds) await mapDirections(backend, basis.parts, smoothing);
      else energies = await energiesOfDirections(backend, basis.parts, smoothing);
      observer?.onProgress?.({
        stage: "project",
        modality,
        done: round,
        total: rounds,
        note: `round ${round}`,
      });
    }
    const { s, g } = await basis.compress(energies);
    const { values, vectors } = await generalizedEigen(s, g, basis.width, dim);
    return { axes: await basis.combine(vectors, dim), values, total };
  } finally {
    basis.dispose();
  }
}

/**
 * Random sums of rows as the first images, which saves half a round against random directions: each row goes into one of
 * the sums, with a random sign (Clarkson and Woodruff 2013).
 *
 * @returns The sum of squares of the weighted features.
 */
async function startFromRows(backend: Backend, parts: readonly BasisPart[], random: Random): Promise<number> {
  const sums: Matrix[] = [];
  let squaredNorm = 0;
  try {
    for (const { source } of parts) sums.push(await backend.create(roundWidth, source.blocks.columns));
    for (let block = 0; block < parts[0]!.source.blocks.blockCount; block++) {
      let signs: SparseMatrix | undefined;
      for (const [p, { source }] of parts.entries()) {
        const rows = await source.blocks.load(block);
        signs ??= randomSigns(rows.rows, random);
        await backend.multiplySparse(signs, rows, sums[p]!, { accumulate: block > 0 });
        for (const norm of await backend.rowNorms(rows)) squaredNorm += (source.weight * norm) ** 2;
      }
    }
    for (const [p, { source, image }] of parts.entries()) {
      const { columns } = source.blocks;
      await backend.read(sums[p]!, 0, roundWidth, async (view) => {
        await backend.write(image, 0, columns, (into) => {
          for (let j = 0; j < roundWidth; j++) {
            for (let c = 0; c < columns; c++)
              into[c * roundWidth + j] = source.weight ** 2 * view[j * columns + c]!;
          }
        });
      });
    }
    return squaredNorm;
  } finally {
    for (const sum of sums) sum.dispose();
  }
}

/** A matrix of roundWidth x `rows` with one entry in each column, 1 or -1, in a random row. */
function randomSigns(rows: number, random: Random): SparseMatrix {
  const chosen = Uint32Array.from({ length: rows }, () => random.integer(roundWidth));
  const offsets = new Uint32Array(roundWidth + 1);
  for (const sum of chosen) offsets[sum + 1]!++;
  for (let j = 0; j < roundWidth; j++) offsets[j + 1]! += offsets[j]!;
  const free = offsets.slice();
  const indices = new Uint32Array(rows);
  for (const [row, sum] of chosen.entries()) indices[free[sum]!++] = row;
  const values = Float32Array.from({ length: rows }, () => (random.uniform() < 0.5 ? -1 : 1));
  return { rows: roundWidth, columns: rows, offsets, indices, values };
}

/**
 * Computes the images, X^T X times the directions, in one pass over the features; with smoothing S, X^T S^2 X
 * times the directions, in two passes.
 */
async function mapDirections(
  backend: Backend,
  parts: readonly BasisPart[],
  smoothing: Smoothing | undefined,
): Promise<void> {
  const use = async (product: Matrix, block: number): Promise<void> => {
    for (const { source, image } of parts) {
      const rows = await source.blocks.load(block);
      await backend.multiply(rows, product, image, { transposeA: true, accumulate: block > 0 });
    }
  };
  if (smoothing === undefined) await forEachProduct(backend, parts, use);
  else await forEachSmoothed(backend, parts, smoothing, 2, use);
  for (const { source, image } of parts) {
    if (source.weight !== 1) await backend.scaleRows(image, source.weight ** 2);
  }
}

/** P^T P with P = X times the directions, smoothed if a smoothing is given. */
async function energiesOfDirections(
  backend: Backend,
  parts: readonly BasisPart[],
  smoothing: Smoothing | undefined,
): Promise<Float64Array> {
  const energies = new Float64Array(roundWidth * roundWidth);
  const use = async (product: Matrix): Promise<void> => {
    const gram = await backend.gram(product);
    for (let i = 0; i < energies.length; i++) energies[i]! += gram[i]!;
  };
  if (smoothing === undefined) await forEachProduct(backend, parts, use);
  else await forEachSmoothed(backend, parts, smoothing, 1, use);
  return energies;
}

/**
 * Passes X times the directions, smoothed `times` times, block by block of rows. The whole product is held at
 * once.
 */
async function forEachSmoothed(
  backend: Backend,
  parts: readonly BasisPart[],
  smoothing: Smoothing,
  times: number,
  use: (product: Matrix, block: number) => Promise<void>,
): Promise<void> {
  const products: Matrix[] = [];
  const { blocks } = parts[0]!.source;
  try {
    await forEachProduct(backend, parts, async (product) => {
      const copy = await backend.create(product.rows, roundWidth);
      products.push(copy);
      await backend.addScaled(copy, product, 1);
    });
    const table: RowTable = {
      rows: blocks.rows,
      columns: roundWidth,
      blockCount: products.length,
      residentBlocks: products.length,
      firstRow: blocks.firstRow,
      load: async (block) => products[block]!,
      dispose: () => undefined,
    };
    for (let time = 0; time < times; time++) await smoothTable(backend, table, smoothing);
    for (const [block, product] of products.entries()) await use(product, block);
  } finally {
    for (const product of products) product.dispose();
  }
}

/** Passes X times the directions, block by block of rows. */
async function forEachProduct(
  backend: Backend,
  parts: readonly BasisPart[],
  use: (product: Matrix, block: number) => Promise<void>,
): Promise<void> {
  let product: Matrix | undefined;
  try {
    for (let block = 0; block < parts[0]!.source.blocks.blockCount; block++) {
      for (const [p, { source, directions }] of parts.entries()) {
        const rows = await source.blocks.load(block);
        if (product?.rows !== rows.rows) {
          product?.dispose();
          product = await backend.create(rows.rows, roundWidth);
        }
        await backend.multiply(rows, directions, product, { accumulate: p > 0 });
      }
      await use(product!, block);
    }
  } finally {
    product?.dispose();
  }
}
