import type { Backend, Matrix } from "../../backend/backend.ts";
import type { FeatureBlocks } from "../../data/blocks.ts";
import { copyIntoTable, createRowTable, type RowTable } from "../../data/row-table.ts";
import { upload } from "../../data/upload.ts";
import type { Projection } from "../../options/method-options.ts";
import { checkpoint, type Observer } from "../../progress.ts";
import { createRandom } from "../../random.ts";
import { canonicalAxes, whitenedWidth } from "./canonical-axes.ts";
import { axesDemand, principalAxes } from "./principal-axes.ts";
import { type Smoothing, type SmoothingSize, smoothingDemand, smoothTable } from "./smooth.ts";
import type { WeightedBlocks } from "./weighted-blocks.ts";

/** The projection of some modalities side by side: one matrix, cut by modality. */
export interface FittedProjection {
  /** D_m x dim, row-major float32, by modality. A modality's table is its features times this. */
  readonly matrices: Readonly<Record<string, Float32Array>>;
  /** Share of the squared norms (of the weighted features side by side) that the axes keep; undefined for `random`. */
  readonly explained: number | undefined;
}

/** The options of {@link fitProjection}. */
export interface ProjectionOptions {
  readonly project: Exclude<Projection, "none">;
  /** Width of the projection. */
  readonly dim: number;
  readonly seed: number;
  /** Exponent p: principal axis j is divided by (s_j / s_1)^p, s being the deviations along the axes. 0 leaves them alone. */
  readonly damping: number;
  /**
   * Smoothing of the features before their principal axes are found. {@link projectItems} smooths the projected
   * items.
   */
  readonly smoothing?: Smoothing | undefined;
  /**
   * With `pca`: the canonical axes of the modalities instead of the principal axes, with this ridge. Default: the principal axes.
   */
  readonly canonicalRidge?: number | undefined;
}

/**
 * Finds the projection from the total width to `dim` of modalities that stand side by side. All block layouts
 * must agree. `pca` takes the principal axes without centering again: the local weights do not sum to one, so
 * users and items share a projection only if it is linear without an offset.
 */
export async function fitProjection(
  backend: Backend,
  parts: readonly WeightedBlocks[],
  { project, dim, seed, damping, smoothing, canonicalRidge }: ProjectionOptions,
  observer?: Observer,
): Promise<FittedProjection> {
  await checkpoint(observer, "finding the projection");
  const name = parts.map(({ modality }) => modality).join("+");
  const random = createRandom(seed, `project/${name}`);
  const width = parts.reduce((sum, { blocks }) => sum + blocks.columns, 0);
  let axes: Float64Array;
  let explained: number | undefined;
  if (project === "random") {
    // Entries of variance 1 / dim keep expected squared norms (Johnson-Lindenstrauss).
    axes = Float64Array.from({ length: dim * width }, () => random.normal() / Math.sqrt(dim));
  } else if (project === "columns") {
    ({ axes, explained } = await strongestColumns(backend, parts, width, dim));
  } else {
    const options = { observer, smoothing };
    const found =
      canonicalRidge === undefined
        ? await principalAxes(backend, parts, dim, random, options)
        : await canonicalAxes(backend, parts, dim, canonicalRidge, random, options);
    ({ axes, explained } = found);
    if (damping > 0) dampAxes(axes, found.values, damping);
  }
  return { matrices: cutByModality(axes, parts, width, dim), explained };
}

/**
 * Divides each axis by its deviation, relative to the first's, to a power: directions in which items differ
 * little get more weight. An axis with deviation 0 becomes zero.
 */
function dampAxes(axes: Float64Array, values: Float64Array, damping: number): void {
  const width = axes.length / values.length;
  for (const [axis, value] of values.entries()) {
    const factor = value > 1e-12 * values[0]! ? (value / values[0]!) ** (-damping / 2) : 0;
    for (let c = 0; c < width; c++) axes[axis * width + c]! *= factor;
  }
}

/**
 * Values that projecting holds besides the features and the projected items: for each row of a block, and in
 * total.
 *
 * @param canonicalItems Number of items, whose whitened features are held for canonical axes; 0 without these.
 */
export function projectingDemand(
  project: Projection,
  widths: readonly number[],
  dim: number,
  smoothed: SmoothingSize | undefined,
  canonicalItems: number,
): { perRow: number; constant: number } {
  if (project === "none") return { perRow: 0, constant: 0 };
  const whitened = canonicalItems * whitenedWidth(widths);
  const axes = project === "pca" ? axesDemand(widths, dim, smoothed) : { perRow: 0, constant: 0 };
  const items = smoothed === undefined ? 0 : smoothingDemand(smoothed, dim);
  // A block of products, and one modality's part of the projection.
  return {
    perRow: Math.max(axes.perRow, dim),
    constant: Math.max(axes.constant, Math.max(...widths) * dim + items) + whitened,
  };
}

/** Unit axes along the columns with the largest sum of squares; ties go to the lower column. */
async function strongestColumns(
  backend: Backend,
  parts: readonly WeightedBlocks[],
  width: number,
  dim: number,
): Promise<{ axes: Float64Array; explained: number }> {
  const energy = new Float64Array(width);
  let offset = 0;
  for (const { blocks, weight } of parts) {
    for (let block = 0; block < blocks.blockCount; block++) {
      const { sumOfSquares } = await backend.columnMoments(await blocks.load(block));
      for (let c = 0; c < blocks.columns; c++) energy[offset + c]! += weight * weight * sumOfSquares[c]!;
    }
    offset += blocks.columns;
  }
  const order = Array.from(energy.keys()).sort((a, b) => energy[b]! - energy[a]! || a - b);
  const chosen = order.slice(0, dim).sort((a, b) => a - b);
  const axes = new Float64Array(dim * width);
  let kept = 0;
  chosen.forEach((column, axis) => {
    axes[axis * width + column] = 1;
    kept += energy[column]!;
  });
  const total = energy.reduce((sum, value) => sum + value, 0);
  return { axes, explained: total === 0 ? 0 : kept / total };
}

/** Axes (dim x width) as one D_m x dim matrix for each modality. */
function cutByModality(
  axes: Float64Array,
  parts: readonly WeightedBlocks[],
  width: number,
  dim: number,
): Record<string, Float32Array> {
  const matrices: Record<string, Float32Array> = {};
  let offset = 0;
  for (const { modality, blocks } of parts) {
    const matrix = new Float32Array(blocks.columns * dim);
    for (let axis = 0; axis < dim; axis++) {
      for (let c = 0; c < blocks.columns; c++) matrix[c * dim + axis] = axes[axis * width + offset + c]!;
    }
    matrices[modality] = matrix;
    offset += blocks.columns;
  }
  return matrices;
}

/**
 * Items times a projection (D_m x dim), smoothed if a smoothing is given: a new items x dim table with at most
 * `blockRows` rows in each block.
 */
export async function projectItems(
  backend: Backend,
  blocks: FeatureBlocks,
  projection: Matrix,
  blockRows: number,
  smoothing?: Smoothing,
): Promise<RowTable> {
  const dim = projection.columns;
  const result = await createRowTable(backend, blocks.rows, dim, blockRows);
  let part: Matrix | undefined;
  try {
    if (blocks.blockCount === 1 && result.blockCount === 1) {
      await backend.multiply(await blocks.load(0), projection, await result.load(0));
      if (smoothing !== undefined) await smoothTable(backend, result, smoothing);
      return result;
    }
    for (let block = 0; block < blocks.blockCount; block++) {
      const rows = await blocks.load(block);
      part = await backend.create(rows.rows, dim);
      await backend.multiply(rows, projection, part);
      await copyIntoTable(backend, result, blocks.firstRow(block), part);
      part.dispose();
    }
    if (smoothing !== undefined) await smoothTable(backend, result, smoothing);
    return result;
  } catch (error) {
    result.dispose();
    throw error;
  } finally {
    part?.dispose();
  }
}

/**
 * A few rows, such as centroids (K x D_m, row-major float32), times a projection (D_m x dim, on the backend): K x dim,
 * row-major float32, read back.
 *
 * @throws {WellbegunError} the backend's errors: `limit`, `disposed`.
 */
export async function projectRows(
  backend: Backend,
  rows: Float32Array,
  projection: Matrix,
): Promise<Float32Array> {
  const count = rows.length / projection.rows;
  const a = await upload(backend, rows, count, projection.rows);
  let out: Matrix | undefined;
  try {
    out = await backend.create(count, projection.columns);
    await backend.multiply(a, projection, out);
    return await backend.read(out, 0, count, (view) => view.slice());
  } finally {
    a.dispose();
    out?.dispose();
  }
}
