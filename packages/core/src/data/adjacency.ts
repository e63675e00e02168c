import type { SparseMatrix } from "../backend/backend.ts";
import {
  type AnyInteractions,
  type InteractionBlock,
  type InteractionSource,
  interactionBlocks,
  isSource,
} from "./interaction-source.ts";
import { type Interactions, itemDegrees } from "./interactions.ts";
import { transposeSparse } from "./transpose-sparse.ts";

/** Consecutive users of the normalized interaction matrix, and the transpose of their rows. */
export interface AdjacencyBlock {
  readonly firstUser: number;
  /** The users' rows: users x I. */
  readonly rows: SparseMatrix;
  /** The same entries by item: I x users. */
  readonly transposed: SparseMatrix;
}

/** The symmetrically normalized interaction matrix in blocks; every iteration gives all of them. */
export type Adjacency = Iterable<AdjacencyBlock> | AsyncIterable<AdjacencyBlock>;

/**
 * The symmetrically normalized interaction matrix R^ = D_u^-1/2 R D_i^-1/2 (that of LightGCN and GF-CF), cut
 * into blocks of at most `blockUsers` users, so that a product with it needs memory for one block of users
 * only. Rows of users and items without interactions are zero. Weights count as multiplicities, in R as in the
 * degrees.
 */
export function adjacencyBlocks(train: Interactions, blockUsers: number): AdjacencyBlock[] {
  const itemScale = inverseRoots(itemDegrees(train));
  const limits = { rows: blockUsers, pairs: Number.POSITIVE_INFINITY };
  return Array.from(interactionBlocks(train, limits), (block) => adjacencyBlock(block, itemScale));
}

/**
 * As {@link adjacencyBlocks}: made once for interactions in memory, and again at every iteration for a source, of which
 * one block is in memory at a time.
 */
export function adjacencyOf(train: AnyInteractions, blockUsers: number): Adjacency {
  if (!isSource(train)) return adjacencyBlocks(train, blockUsers);
  const itemScale = inverseRoots(train.itemDegrees);
  return { [Symbol.asyncIterator]: () => sourceBlocks(train, blockUsers, itemScale) };
}

/** Most interactions in a block that is read from a source: 16 MiB of its rows, and as much of their transpose. */
const sourcePairs = 1 << 22;

async function* sourceBlocks(
  source: InteractionSource,
  rows: number,
  itemScale: Float32Array,
): AsyncGenerator<AdjacencyBlock> {
  for await (const block of source.blocks({ rows, pairs: sourcePairs }))
    yield adjacencyBlock(block, itemScale);
}

function adjacencyBlock(block: InteractionBlock, itemScale: Float32Array): AdjacencyBlock {
  const rows: SparseMatrix = {
    rows: block.rows,
    columns: itemScale.length,
    offsets: block.offsets,
    indices: block.items,
    values: block.weights,
    rowScale: inverseRoots(blockDegrees(block)),
    columnScale: itemScale,
  };
  return { firstUser: block.firstRow, rows, transposed: transposeSparse(rows) };
}

/** Degree of each user of a block: the number of its items, or the sum of their weights. */
function blockDegrees({ rows, offsets, weights }: InteractionBlock): Float64Array {
  const degrees = new Float64Array(rows);
  for (let r = 0; r < rows; r++) {
    if (weights === undefined) degrees[r] = offsets[r + 1]! - offsets[r]!;
    else for (let e = offsets[r]!; e < offsets[r + 1]!; e++) degrees[r]! += weights[e]!;
  }
  return degrees;
}

/** d^-1/2 of each degree, 0 where the degree is 0. */
function inverseRoots(degrees: Float64Array): Float32Array {
  return Float32Array.from(degrees, (degree) => (degree > 0 ? 1 / Math.sqrt(degree) : 0));
}
