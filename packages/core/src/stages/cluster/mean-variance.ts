import type { AssignmentStep, Backend } from "../../backend/backend.ts";
import type { ClusterRows } from "./sampled-rows.ts";

/** Below this share of the mean square, the variance computed from norms is dominated by their float32 rounding. */
const LEAST_SHARE = 1e-3;

/**
 * Mean over the columns of the variance over the rows that are present: the unit of the tolerance. It is
 * computed from the sums of the clusters and the rows' norms (0 for missing rows), unless the mean makes up
 * nearly all of the norms; then from centered rows.
 */
export async function meanVariance(
  backend: Backend,
  blocks: ClusterRows,
  first: AssignmentStep,
  presentCount: number,
): Promise<number> {
  const { columns } = blocks;
  const mean = new Float64Array(columns);
  for (let i = 0; i < first.sums.length; i++) mean[i % columns]! += first.sums[i]! / presentCount;
  let squares = 0;
  for (let block = 0; block < blocks.blockCount; block++) {
    const norms = await backend.rowNorms(await blocks.load(block));
    for (let row = 0; row < norms.length; row++) squares += norms[row]! * norms[row]!;
  }
  const meanSquare = squares / presentCount;
  const variance = meanSquare - mean.reduce((sum, value) => sum + value * value, 0);
  if (variance > LEAST_SHARE * meanSquare) return variance / columns;
  let about = 0;
  for (let block = 0; block < blocks.blockCount; block++) {
    const missing = blocks.missingIn(block);
    const options = missing === undefined ? { shift: mean } : { shift: mean, missing };
    const { sumOfSquares } = await backend.columnMoments(await blocks.load(block), options);
    about += sumOfSquares.reduce((sum, value) => sum + value, 0);
  }
  return about / presentCount / columns;
}
