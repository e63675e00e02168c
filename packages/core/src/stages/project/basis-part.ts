import type { Backend, Matrix } from "../../backend/backend.ts";
import type { WeightedBlocks } from "./weighted-blocks.ts";

/**
 * One modality's share of the basis, on the backend. Directions are stored times the modality's weight, so that
 * unscaled features can be multiplied by them.
 */
export interface BasisPart {
  readonly source: WeightedBlocks;
  /** All directions so far: D_m x width, zeros from the current round on. */
  readonly collected: Matrix;
  /** The directions of this round: D_m x roundWidth. */
  directions: Matrix;
  /**
   * X^T X times these directions, times the weight once more: D_m x roundWidth. The next round's directions
   * come from it.
   */
  image: Matrix;
}

/** The part of one modality, with room for `rounds` of directions, all zeros. */
export async function createPart(
  backend: Backend,
  source: WeightedBlocks,
  roundWidth: number,
  rounds: number,
): Promise<BasisPart> {
  const { columns } = source.blocks;
  const matrices: Matrix[] = [];
  try {
    for (const width of [rounds * roundWidth, roundWidth, roundWidth]) {
      matrices.push(await backend.create(columns, width));
    }
    const [collected, directions, image] = matrices as [Matrix, Matrix, Matrix];
    return { source, collected, directions, image };
  } catch (error) {
    for (const matrix of matrices) matrix.dispose();
    throw error;
  }
}

export function disposePart({ collected, directions, image }: BasisPart): void {
  for (const matrix of [collected, directions, image]) matrix.dispose();
}

/** The Gram matrix of the directions or of the images, over all modalities. */
export async function gramOf(
  backend: Backend,
  parts: readonly BasisPart[],
  of: (part: BasisPart) => Matrix,
): Promise<Float64Array> {
  let sum: Float64Array | undefined;
  for (const part of parts) {
    const gram = await backend.gram(of(part));
    const factor = 1 / part.source.weight ** 2;
    sum ??= new Float64Array(gram.length);
    for (let i = 0; i < gram.length; i++) sum[i]! += factor * gram[i]!;
  }
  return sum!;
}
