import type { Backend } from "../../backend/backend.ts";
import { symmetricEigen } from "../../linalg/symmetric-eigen.ts";
import type { Observer } from "../../progress.ts";
import type { Random } from "../../random.ts";
import {
  type MeasuredAxes,
  sketchDemand,
  sketchedAxes,
  sketchWidth,
  smoothedSketchDemand,
} from "./sketched-axes.ts";
import type { Smoothing, SmoothingSize } from "./smooth.ts";
import type { WeightedBlocks } from "./weighted-blocks.ts";

/**
 * Whether the axes come from the full width x width product, exactly, or from a sketch. A float64
 * multiplication of X^T X costs as much as two float32 multiplications of a product, so the exact way is
 * cheaper up to twice the sketch's width.
 */
function isExact(width: number, dim: number): boolean {
  return width <= 2 * sketchWidth(dim);
}

/** Values that {@link principalAxes} holds besides the features: for each row of a block, and in total. */
export function axesDemand(
  widths: readonly number[],
  dim: number,
  smoothed: SmoothingSize | undefined,
): { perRow: number; constant: number } {
  const width = widths.reduce((sum, columns) => sum + columns, 0);
  if (smoothed !== undefined) return smoothedSketchDemand(width, dim, smoothed);
  if (!isExact(width, dim)) return sketchDemand(width, dim);
  return { perRow: widths.length === 1 ? 0 : width, constant: 0 };
}

/** Unit axes, and the share of the squared norms that they keep. */
export interface PrincipalAxes {
  /** dim x width, row-major: each row an axis, most variance first. */
  readonly axes: Float64Array;
  /** Sum of squares along each axis. */
  readonly values: Float64Array;
  /** Undefined with smoothing: the sum of squares of all smoothed features is not computed. */
  readonly explained: number | undefined;
}

/** Options of {@link principalAxes}. */
export interface AxesOptions {
  readonly observer?: Observer | undefined;
  /** If given, the axes are those of the smoothed features, always from a block Krylov space. */
  readonly smoothing?: Smoothing | undefined;
}

/**
 * The leading right singular vectors of the weighted modalities side by side, not centered. Narrow features use
 * an exact eigendecomposition of X^T X; wide or smoothed features use a block Krylov space of it. Signs: the
 * entry of largest magnitude of each axis is positive (the first of them in a tie).
 */
export async function principalAxes(
  backend: Backend,
  parts: readonly WeightedBlocks[],
  dim: number,
  random: Random,
  { observer, smoothing }: AxesOptions = {},
): Promise<PrincipalAxes> {
  const width = parts.reduce((sum, { blocks }) => sum + blocks.columns, 0);
  const exact = smoothing === undefined && isExact(width, dim);
  const { axes, values, total } = exact
    ? await exactAxes(backend, parts, width, dim)
    : await sketchedAxes(backend, parts, dim, random, observer, smoothing);
  fixSigns(axes, dim, width);
  const kept = values.reduce((sum, value) => sum + Math.max(0, value), 0);
  const explained = smoothing === undefined ? (total === 0 ? 0 : kept / total) : undefined;
  return { axes, values, explained };
}

async function exactAxes(
  backend: Backend,
  parts: readonly WeightedBlocks[],
  width: number,
  dim: number,
): Promise<MeasuredAxes> {
  const { blockCount } = parts[0]!.blocks;
  const gram = await gramOfBlock(backend, parts, width, 0);
  for (let block = 1; block < blockCount; block++) {
    const part = await gramOfBlock(backend, parts, width, block);
    for (let i = 0; i < gram.length; i++) gram[i]! += part[i]!;
  }
  let total = 0;
  for (let i = 0; i < width; i++) total += gram[i * width + i]!;
  const { values, vectors } =
    (await backend.symmetricEigen?.(gram, width, dim)) ?? symmetricEigen(gram, width, dim);
  return { axes: vectors, values, total };
}

/** X^T X of one block of rows, X being the weighted modalities side by side. */
async function gramOfBlock(
  backend: Backend,
  parts: readonly WeightedBlocks[],
  width: number,
  block: number,
): Promise<Float64Array> {
  const first = await parts[0]!.blocks.load(block);
  const [{ weight }, ...others] = parts as readonly [WeightedBlocks, ...WeightedBlocks[]];
  if (others.length === 0) {
    const gram = await backend.gram(first);
    return weight === 1 ? gram : gram.map((value) => weight * weight * value);
  }
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

function fixSigns(axes: Float64Array, dim: number, width: number): void {
  for (let axis = 0; axis < dim; axis++) {
    const row = axes.subarray(axis * width, (axis + 1) * width);
    let largest = row[0]!;
    let limit = Math.abs(largest) * (1 + 1e-6);
    for (let c = 1; c < width; c++) {
      const entry = row[c]!;
      // The margin keeps rounding from choosing between entries of equal magnitude.
      if (entry > limit || entry < -limit) {
        largest = entry;
        limit = Math.abs(entry) * (1 + 1e-6);
      }
    }
    if (largest < 0) for (let c = 0; c < width; c++) row[c] = -row[c]!;
  }
}
