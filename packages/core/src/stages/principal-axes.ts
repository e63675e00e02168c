import type { Backend, Matrix } from "../backend/backend.ts";
import { upload } from "../data/upload.ts";
import { orthonormaliseRows } from "../linalg/orthonormalise.ts";
import { addScaledRow, dotRows } from "../linalg/rows.ts";
import { type SymmetricEigen, symmetricEigen } from "../linalg/symmetric-eigen.ts";
import { checkpoint, type Observer } from "../progress.ts";
import type { Random } from "../random.ts";
import type { WeightedBlocks } from "./weighted-blocks.ts";

/** Up to this total width, the axes come from the full width x width product, exactly; above, from a sketch. */
const widestExact = 384;
/** Directions beyond `dim` that the sketch carries along; they speed its convergence. */
const oversampling = 16;
/** Rounds of the sketch at most, and the relative gain of the kept variance below which it stops. */
const mostRounds = 12;
const smallestGain = 1e-4;

/** Values that {@link principalAxes} holds beside the features: for each row of a block, and in all. */
export function axesDemand(width: number, dim: number): { perRow: number; constant: number } {
  if (width <= widestExact) return { perRow: width, constant: 0 };
  const count = Math.min(width, dim + oversampling);
  return { perRow: count, constant: 2 * count * width };
}

/** Unit axes, and the share of the squared norms that they keep. */
export interface PrincipalAxes {
  /** dim x width, row-major: one axis a row, most variance first. */
  readonly axes: Float64Array;
  readonly explained: number;
}

/**
 * The leading right singular vectors of the weighted modalities side by side, not centred. Narrow features go
 * through an exact eigendecomposition of X^T X; wide ones through randomised subspace iteration (Halko, Martinsson
 * and Tropp 2011), repeated until the kept variance stands still. Signs: the entry of largest magnitude of each
 * axis is positive (the first of them in a tie).
 */
export async function principalAxes(
  backend: Backend,
  parts: readonly WeightedBlocks[],
  dim: number,
  random: Random,
  observer?: Observer,
): Promise<PrincipalAxes> {
  const width = parts.reduce((sum, { blocks }) => sum + blocks.columns, 0);
  const total = await squaredNorm(backend, parts);
  const found =
    width <= widestExact
      ? await exactAxes(backend, parts, width, dim)
      : await sketchedAxes(backend, parts, width, dim, random, observer);
  fixSigns(found.axes, dim, width);
  const kept = found.values.reduce((sum, value) => sum + Math.max(0, value), 0);
  return { axes: found.axes, explained: total === 0 ? 0 : kept / total };
}

interface Axes {
  axes: Float64Array;
  /** Sum of squares along each axis. */
  values: Float64Array;
}

async function exactAxes(
  backend: Backend,
  parts: readonly WeightedBlocks[],
  width: number,
  dim: number,
): Promise<Axes> {
  const gram = new Float64Array(width * width);
  for (let block = 0; block < parts[0]!.blocks.blockCount; block++) {
    const part = await gramOfBlock(backend, parts, width, block);
    for (let i = 0; i < gram.length; i++) gram[i]! += part[i]!;
  }
  const { values, vectors } = symmetricEigen(gram, width, dim);
  return { axes: vectors, values };
}

/** X^T X of one block of rows, X being the weighted modalities side by side. */
async function gramOfBlock(
  backend: Backend,
  parts: readonly WeightedBlocks[],
  width: number,
  block: number,
): Promise<Float64Array> {
  const first = await parts[0]!.blocks.load(block);
  const side = await backend.create(first.rows, width);
  try {
    let column = 0;
    for (const { blocks, weight } of parts) {
      await backend.addScaled(side, await blocks.load(block), weight, column);
      column += blocks.columns;
    }
    return await backend.gram(side);
  } finally {
    side.dispose();
  }
}

async function sketchedAxes(
  backend: Backend,
  parts: readonly WeightedBlocks[],
  width: number,
  dim: number,
  random: Random,
  observer: Observer | undefined,
): Promise<Axes> {
  const count = Math.min(width, dim + oversampling);
  let basis: Float64Array = Float64Array.from({ length: count * width }, () => random.normal());
  orthonormaliseRows(basis, count, width);
  let kept = 0;
  for (let round = 1; ; round++) {
    await checkpoint(observer, "finding the principal axes");
    const image = await applyGram(backend, parts, basis, count, width);
    const { values, vectors } = ritz(basis, image, count, width, dim);
    const sum = values.reduce((total, value) => total + value, 0);
    observer?.onProgress?.({
      stage: "project",
      modality: parts.map(({ modality }) => modality).join("+"),
      done: round,
      total: mostRounds,
      note: `round ${round}`,
    });
    if (round === mostRounds || sum - kept <= smallestGain * sum) {
      return { axes: rotate(basis, vectors, count, width, dim), values };
    }
    kept = sum;
    orthonormaliseRows(image, count, width);
    basis = image;
  }
}

/** (X^T X) applied to each row of `basis`, X being the weighted modalities side by side: count x width. */
async function applyGram(
  backend: Backend,
  parts: readonly WeightedBlocks[],
  basis: Float64Array,
  count: number,
  width: number,
): Promise<Float64Array> {
  const directions: Matrix[] = [];
  const images: Matrix[] = [];
  let product: Matrix | undefined;
  try {
    let column = 0;
    for (const { blocks, weight } of parts) {
      const slice = new Float32Array(blocks.columns * count);
      for (let c = 0; c < blocks.columns; c++) {
        for (let j = 0; j < count; j++) slice[c * count + j] = weight * basis[j * width + column + c]!;
      }
      directions.push(await upload(backend, slice, blocks.columns, count));
      images.push(await backend.create(blocks.columns, count));
      column += blocks.columns;
    }
    for (let block = 0; block < parts[0]!.blocks.blockCount; block++) {
      for (const [p, { blocks }] of parts.entries()) {
        const rows = await blocks.load(block);
        if (product === undefined || product.rows !== rows.rows) {
          product?.dispose();
          product = await backend.create(rows.rows, count);
        }
        await backend.multiply(rows, directions[p]!, product, { accumulate: p > 0 });
      }
      for (const [p, { blocks }] of parts.entries()) {
        await backend.multiply(await blocks.load(block), product!, images[p]!, {
          transposeA: true,
          accumulate: block > 0,
        });
      }
    }
    const result = new Float64Array(count * width);
    column = 0;
    for (const [p, { blocks, weight }] of parts.entries()) {
      const first = column;
      await backend.read(images[p]!, 0, blocks.columns, (view) => {
        for (let c = 0; c < blocks.columns; c++) {
          for (let j = 0; j < count; j++) result[j * width + first + c] = weight * view[c * count + j]!;
        }
      });
      column += blocks.columns;
    }
    return result;
  } finally {
    for (const matrix of [...directions, ...images]) matrix.dispose();
    product?.dispose();
  }
}

/** Rayleigh-Ritz within the span of the orthonormal `basis`, given its image under X^T X: the `dim` largest. */
function ritz(
  basis: Float64Array,
  image: Float64Array,
  count: number,
  width: number,
  dim: number,
): SymmetricEigen {
  const small = new Float64Array(count * count);
  for (let i = 0; i < count; i++) {
    for (let j = 0; j <= i; j++) {
      small[i * count + j] = dotRows(basis, i, image, j, width);
      small[j * count + i] = small[i * count + j]!;
    }
  }
  return symmetricEigen(small, count, dim);
}

/** The axes that Ritz vectors stand for: dim x width. */
function rotate(
  basis: Float64Array,
  vectors: Float64Array,
  count: number,
  width: number,
  dim: number,
): Float64Array {
  const axes = new Float64Array(dim * width);
  for (let axis = 0; axis < dim; axis++) {
    for (let j = 0; j < count; j++) {
      addScaledRow(axes, axis, vectors[axis * count + j]!, basis, j, width);
    }
  }
  return axes;
}

async function squaredNorm(backend: Backend, parts: readonly WeightedBlocks[]): Promise<number> {
  let total = 0;
  for (const { blocks, weight } of parts) {
    for (let block = 0; block < blocks.blockCount; block++) {
      for (const norm of await backend.rowNorms(await blocks.load(block))) total += (weight * norm) ** 2;
    }
  }
  return total;
}

function fixSigns(axes: Float64Array, dim: number, width: number): void {
  for (let axis = 0; axis < dim; axis++) {
    const row = axes.subarray(axis * width, (axis + 1) * width);
    let largest = 0;
    for (let c = 1; c < width; c++) {
      // The margin keeps rounding from choosing between entries of equal magnitude.
      if (Math.abs(row[c]!) > Math.abs(row[largest]!) * (1 + 1e-6)) largest = c;
    }
    if (row[largest]! < 0) for (let c = 0; c < width; c++) row[c] = -row[c]!;
  }
}
