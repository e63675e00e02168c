import type { Backend, Matrix } from "../../backend/backend.ts";
import type { WeightedBlocks } from "./weighted-blocks.ts";

/**
 * One modality's share of the basis, on the backend. Directions stand multiplied with the modality's weight: features
 * times them are weighted features times the directions themselves, and nothing need be scaled on the way.
 */
export interface BasisPart {
  readonly source: WeightedBlocks;
  /** All directions so far: D_m x width, zeros from the present round on. */
  readonly collected: Matrix;
  /** Those of this round: D_m x roundWidth. */
  directions: Matrix;
  /** What X^T X makes of them, times the weight once more: D_m x roundWidth. The next round's directions come from it. */
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

/** Products with each other of the directions or the images, all modalities together. */
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
