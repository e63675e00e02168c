import type { Backend } from "../../backend/backend.ts";
import type { FeatureBlocks } from "../../data/blocks.ts";
import { upload } from "../../data/upload.ts";
import type { Random } from "../../random.ts";
import { type AxesOptions, type PrincipalAxes, principalAxes } from "./principal-axes.ts";
import { projectBlocks } from "./project-blocks.ts";
import type { WeightedBlocks } from "./weighted-blocks.ts";

/** Most principal axes of a modality that are whitened: further axes are mostly noise, which whitening would amplify. */
export const maxWhitenedAxes = 256;

/** Width of the modalities side by side, once whitened: the largest number of canonical axes. */
export function whitenedWidth(widths: readonly number[]): number {
  return widths.reduce((sum, width) => sum + Math.min(width, maxWhitenedAxes), 0);
}

/**
 * Canonical axes of several modalities, without centering: of all directions, those along which the whitened modalities agree most.
 *
 * For two modalities this is canonical correlation analysis (Hotelling 1936); for more, the MAXVAR generalization (Kettenring
 * 1971), with a ridge (Vinod 1976). Let X_m = U_m S_m V_m^T be the features of the n_m items that have modality m. Then W_m = V_m (S_m^2 /
 * n_m + rho t_m)^-1/2 whitens them, t_m being the mean of S_m^2 / n_m over the columns and rho the ridge, and the axes are the
 * principal axes of [w_1 X_1 W_1, w_2 X_2 W_2, …]: with two modalities, equal weights and no ridge, axis j is (a_j, b_j) / sqrt(2) with the
 * canonical directions a_j and b_j, and its value is proportional to 1 plus their correlation.
 *
 * @returns Axes in the features' own columns, side by side: features times an axis are the canonical variates.
 */
export async function canonicalAxes(
  backend: Backend,
  parts: readonly WeightedBlocks[],
  dim: number,
  ridge: number,
  random: Random,
  options: AxesOptions = {},
): Promise<PrincipalAxes> {
  const whitened: { readonly source: WeightedBlocks; readonly matrix: Float64Array }[] = [];
  try {
    for (const part of parts) {
      const { matrix, count } = await whitening(backend, part, ridge, random, options);
      whitened.push({
        source: { ...part, blocks: await whiten(backend, part.blocks, matrix, count) },
        matrix,
      });
    }
    const found = await principalAxes(
      backend,
      whitened.map(({ source }) => source),
      dim,
      random,
      options,
    );
    return { ...found, axes: inFeatureColumns(found.axes, dim, whitened) };
  } finally {
    for (const { source } of whitened) source.blocks.dispose();
  }
}

/** W_m: D_m x count, row-major. */
async function whitening(
  backend: Backend,
  part: WeightedBlocks,
  ridge: number,
  random: Random,
  { observer }: AxesOptions,
): Promise<{ matrix: Float64Array; count: number }> {
  const { columns, rows, missing } = part.blocks;
  const count = Math.min(columns, maxWhitenedAxes);
  const { axes, values } = await principalAxes(backend, [{ ...part, weight: 1 }], count, random, {
    observer,
  });
  const present = rows - (missing?.reduce((sum, flag) => sum + flag, 0) ?? 0);
  const total = await squaredNorm(backend, part.blocks);
  const added = (ridge * total) / (present * columns);
  const matrix = new Float64Array(columns * count);
  for (let axis = 0; axis < count; axis++) {
    const value = Math.max(0, values[axis]!);
    // Axes along which nothing varies would be divided by rounding errors.
    const factor = value > 1e-10 * values[0]! ? 1 / Math.sqrt(value / present + added) : 0;
    for (let c = 0; c < columns; c++) matrix[c * count + axis] = factor * axes[axis * columns + c]!;
  }
  return { matrix, count };
}

async function squaredNorm(backend: Backend, blocks: FeatureBlocks): Promise<number> {
  let sum = 0;
  for (let block = 0; block < blocks.blockCount; block++) {
    for (const norm of await backend.rowNorms(await blocks.load(block))) sum += norm * norm;
  }
  return sum;
}

/** X_m W_m, in the blocks of the features. */
async function whiten(
  backend: Backend,
  blocks: FeatureBlocks,
  matrix: Float64Array,
  count: number,
): Promise<FeatureBlocks> {
  const map = await upload(backend, Float32Array.from(matrix), blocks.columns, count);
  try {
    return await projectBlocks(backend, blocks, map);
  } finally {
    map.dispose();
  }
}

/** Axes over the whitened columns as axes over the features' columns: W_m times each modality's part. */
function inFeatureColumns(
  axes: Float64Array,
  dim: number,
  parts: readonly { readonly source: WeightedBlocks; readonly matrix: Float64Array }[],
): Float64Array {
  const counts = parts.map(({ source }) => source.blocks.columns);
  const whitenedWidth = counts.reduce((sum, count) => sum + count, 0);
  const widths = parts.map(({ matrix }, p) => matrix.length / counts[p]!);
  const width = widths.reduce((sum, own) => sum + own, 0);
  const result = new Float64Array(dim * width);
  for (let axis = 0; axis < dim; axis++) {
    let [from, into] = [axis * whitenedWidth, axis * width];
    for (const [p, { matrix }] of parts.entries()) {
      const count = counts[p]!;
      for (let c = 0; c < widths[p]!; c++) {
        let sum = 0;
        for (let k = 0; k < count; k++) sum += matrix[c * count + k]! * axes[from + k]!;
        result[into + c] = sum;
      }
      from += count;
      into += widths[p]!;
    }
  }
  return result;
}
