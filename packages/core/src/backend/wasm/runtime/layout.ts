/** Sizes that the kernels rely on; kernels/layout.ts states the same. */

/** Rows of a register tile. */
export const TILE_ROWS = 4;
/** Columns of a register tile, and of a packed panel. */
export const TILE_COLUMNS = 8;
/** Products summed in float32 before the sum leaves the registers: depth of a packed chunk. */
export const DEPTH = 128;
/** Columns of 16-bit integers in a packed chunk. */
export const INTEGER_DEPTH = 256;
/** Length of a vector as 16-bit integers: a product of two stays below 2^31, roundings included. */
export const INTEGER_LENGTH = 32000;
/** Rows of the left side that are packed together. */
export const BLOCK_ROWS = 64;
/** Columns of the right side that are packed together, so that a chunk of them stays in the second-level cache. */
export const BLOCK_COLUMNS = 512;
/** Rows of `x` that the gram kernel packs at a time. */
export const GRAM_ROWS = 128;

/** Groups of centroids with a bound of their own. */
export const MOST_GROUPS = 64;

/** Scores of a block of rows: 64 rows x 512 columns, or 4 rows x 65,536 centroids. */
export const SCORE_BYTES: number = 1 << 20;
/** Scratch memory of one thread: packed rows, the edge tile, a list of rows for each group of centroids, and the scores. */
export const SCRATCH_BYTES: number =
  BLOCK_ROWS * DEPTH * 4 + 128 + MOST_GROUPS * (4 + BLOCK_ROWS) + SCORE_BYTES;

/** The smallest multiple of `unit` that is not below `value`. */
export function roundUp(value: number, unit: number): number {
  return Math.ceil(value / unit) * unit;
}

/** The blocks of `size` that cover `count` things: `[first, length]` each. */
export function* blocks(count: number, size: number): Generator<readonly [first: number, length: number]> {
  for (let first = 0; first < count; first += size) yield [first, Math.min(size, count - first)];
}
