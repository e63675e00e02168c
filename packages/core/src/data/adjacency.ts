import type { SparseMatrix } from "../backend/backend.ts";
import { type Interactions, itemDegrees, userDegrees } from "./interactions.ts";
import { transposeSparse } from "./transpose-sparse.ts";

/** Consecutive users of the normalized interaction matrix, and the transpose of their rows. */
export interface AdjacencyBlock {
  readonly firstUser: number;
  /** The users' rows: users x I. */
  readonly rows: SparseMatrix;
  /** The same entries by item: I x users. */
  readonly transposed: SparseMatrix;
}

/**
 * The symmetrically normalized interaction matrix R^ = D_u^-1/2 R D_i^-1/2 (that of LightGCN and GF-CF), cut
 * into blocks of at most `blockUsers` users, so that a product with it needs memory for one block of users
 * only. Rows of users and items without interactions are zero. Weights count as multiplicities, in R as in the
 * degrees.
 */
export function adjacencyBlocks(train: Interactions, blockUsers: number): AdjacencyBlock[] {
  const userFactors = inverseRoots(userDegrees(train));
  const itemFactors = inverseRoots(itemDegrees(train));
  const blocks: AdjacencyBlock[] = [];
  for (let firstUser = 0; firstUser < train.userCount; firstUser += blockUsers) {
    const count = Math.min(blockUsers, train.userCount - firstUser);
    const rows: SparseMatrix = {
      rows: count,
      columns: train.itemCount,
      offsets: train.offsets.subarray(firstUser, firstUser + count + 1),
      indices: train.items,
      values: train.weights,
      rowScale: userFactors.subarray(firstUser, firstUser + count),
      columnScale: itemFactors,
    };
    blocks.push({ firstUser, rows, transposed: transposeSparse(rows) });
  }
  return blocks;
}

/** d^-1/2 of each degree, 0 where the degree is 0. */
function inverseRoots(degrees: Float64Array): Float32Array {
  return Float32Array.from(degrees, (degree) => (degree > 0 ? 1 / Math.sqrt(degree) : 0));
}
