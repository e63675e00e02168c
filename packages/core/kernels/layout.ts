/**
 * Sizes that the kernels and their callers in src/backend/wasm/runtime/layout.ts agree on; both files define
 * them.
 */

/** Rows of one register tile. */
export const TILE_ROWS: i32 = 4;
/** Columns of one register tile, and the width of a packed panel. */
export const TILE_COLUMNS: i32 = 8;
/** Products that are summed in float32 before the sum leaves the registers; short, so that the error stays small. */
export const DEPTH: i32 = 128;
/** Columns of 16-bit integers that take as much memory as `DEPTH` of float32. */
export const INTEGER_DEPTH: i32 = 256;
/** Longest vector of 16-bit integers: a product of two stays below 2^31, roundings included. */
export const INTEGER_LENGTH: i32 = 32000;
/** Groups of centroids with a bound of their own. */
export const MOST_GROUPS: i32 = 64;
/** Rows packed together, so that one panel in the first-level cache serves all of them. */
export const BLOCK_ROWS: i32 = 64;

// One thread's scratch memory: packed rows, one tile for the ragged edge, a list of rows for each group of centroids, and the scores of a block.
const PACKED_BYTES: usize = 64 * 128 * 4;
const EDGE_BYTES: usize = 128;
const LIST_BYTES: usize = 64 * (4 + 64);

let scratch: usize = 0;

/** Sets the scratch memory of this instance (one for each thread). */
export function useScratch(address: usize): void {
  scratch = address;
}

export function packedRows(): usize {
  return scratch;
}

export function edgeTile(): usize {
  return scratch + PACKED_BYTES;
}

/** The rows of a block to which a group of centroids is open: how many (32 bits), and the place of each in the block (8 bits). */
export function groupList(group: usize): usize {
  return scratch + PACKED_BYTES + EDGE_BYTES + group * (4 + 64);
}

export function blockScores(): usize {
  return scratch + PACKED_BYTES + EDGE_BYTES + LIST_BYTES;
}
