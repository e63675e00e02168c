import type { Backend, Matrix } from "../backend/backend.ts";
import { generalisedEigen } from "../linalg/generalised-eigen.ts";
import { checkpoint, type Observer } from "../progress.ts";
import type { Random } from "../random.ts";
import { type BasisPart, KrylovBasis } from "./krylov-basis.ts";
import type { MeasuredAxes } from "./principal-axes.ts";
import type { WeightedBlocks } from "./weighted-blocks.ts";

/** Directions that each round adds. Narrow rounds reach further with as many products, wide ones run faster. */
const roundWidth = 16;

/** Directions that the sketch collects: three for each axis, and enough of them where few axes are asked for. */
export function sketchWidth(dim: number): number {
  return roundWidth * Math.ceil(Math.max(3 * dim, dim + 96) / roundWidth);
}

/** Values that {@link sketchedAxes} holds beside the features: for each row of a block, and in all. */
export function sketchDemand(width: number, dim: number): { perRow: number; constant: number } {
  const collected = sketchWidth(dim);
  return {
    perRow: roundWidth,
    constant: (collected + 2 * roundWidth + dim) * width + collected * (collected + dim + 2 * roundWidth),
  };
}

/**
 * The leading right singular vectors of X, the weighted modalities side by side, from a block Krylov space of X^T X
 * (Musco and Musco 2015) and the Rayleigh-Ritz procedure within it. The number of products is fixed: a rule that stops
 * by what it finds might stop at another round on another backend, and give other axes. All that is as long as X is wide
 * stays on the backend.
 */
export async function sketchedAxes(
  backend: Backend,
  parts: readonly WeightedBlocks[],
  dim: number,
  random: Random,
  observer: Observer | undefined,
): Promise<MeasuredAxes> {
  const modality = parts.map((part) => part.modality).join("+");
  const rounds = sketchWidth(dim) / roundWidth;
  const basis = await KrylovBasis.create(backend, parts, roundWidth, rounds, random);
  try {
    let total = 0;
    let energies: Float64Array | undefined;
    for (let round = 1; round <= rounds && (await basis.extend()); round++) {
      await checkpoint(observer, "finding the principal axes");
      const pass = await passOver(backend, basis.parts, { first: round === 1, last: round === rounds });
      if (round === 1) total = pass.squaredNorm;
      energies = pass.energies;
      observer?.onProgress?.({
        stage: "project",
        modality,
        done: round,
        total: rounds,
        note: `round ${round}`,
      });
    }
    const { s, g } = await basis.compress(energies);
    const { values, vectors } = generalisedEigen(s, g, basis.width, dim);
    return { axes: await basis.combine(vectors, dim), values, total };
  } finally {
    basis.dispose();
  }
}

/** What one pass over the features finds. */
interface Pass {
  /** Sum of squares of the weighted features, where it was asked for. */
  readonly squaredNorm: number;
  /** P^T P with P = X times the directions, where the images were not asked for. */
  readonly energies: Float64Array | undefined;
}

/** One pass over the features: the images of the directions, or in the `last` round only how much they hold. */
async function passOver(
  backend: Backend,
  parts: readonly BasisPart[],
  { first, last }: { readonly first: boolean; readonly last: boolean },
): Promise<Pass> {
  let squaredNorm = 0;
  let energies: Float64Array | undefined;
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
        if (!first) continue;
        for (const norm of await backend.rowNorms(rows)) squaredNorm += (source.weight * norm) ** 2;
      }
      if (last) {
        const gram = await backend.gram(product!);
        energies = energies?.map((sum, i) => sum + gram[i]!) ?? gram;
        continue;
      }
      for (const { source, image } of parts) {
        const rows = await source.blocks.load(block);
        await backend.multiply(rows, product!, image, { transposeA: true, accumulate: block > 0 });
      }
    }
  } finally {
    product?.dispose();
  }
  for (const { source, image } of parts) {
    if (!last && source.weight !== 1) await backend.scaleRows(image, source.weight ** 2);
  }
  return { squaredNorm, energies };
}
