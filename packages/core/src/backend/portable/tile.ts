/**
 * Dot products between two sets of rows, one cache-sized tile at a time: the inner loop of products, nearest
 * centroids and top-k. Sums are float64, and rounded only when a caller stores them.
 */

/** Rows (of a matrix, or of its transpose) whose element t of row r lies at `r * rowStep + t * depthStep`. */
export interface Rows {
  readonly values: Float32Array;
  readonly rowStep: number;
  readonly depthStep: number;
}

/** Most rows of the left side in one tile. */
export const TILE_ROWS: number = 64;
/** Most rows of the right side in one tile, and the distance between the tile's rows. */
export const TILE_COLUMNS: number = 128;

// 512 floats deep, both packed sides (128 KiB and 256 KiB) stay in a usual second-level cache.
const TILE_DEPTH = 512;

/** The rows of a row-major matrix. */
export function rowsOf(values: Float32Array, columns: number): Rows {
  return { values, rowStep: columns, depthStep: 1 };
}

/** The columns of a row-major matrix, as rows. */
export function columnsOf(values: Float32Array, columns: number): Rows {
  return { values, rowStep: 1, depthStep: columns };
}

/**
 * Scratch memory for tiles; the operations of one backend share it, since none of them awaits while it uses the
 * tile.
 */
export class Tile {
  /** Dot product of left row r and right row c of the tile at `r * TILE_COLUMNS + c`. */
  readonly dots: Float64Array = new Float64Array(TILE_ROWS * TILE_COLUMNS);
  readonly #left: Float32Array = new Float32Array(TILE_ROWS * TILE_DEPTH);
  readonly #right: Float32Array = new Float32Array(TILE_COLUMNS * TILE_DEPTH);

  /** Fills `dots` for `leftCount` (<= TILE_ROWS) and `rightCount` (<= TILE_COLUMNS) rows. */
  fill(
    left: Rows,
    leftFirst: number,
    leftCount: number,
    right: Rows,
    rightFirst: number,
    rightCount: number,
    depth: number,
  ): void {
    const packedLeft = this.#left;
    const packedRight = this.#right;
    this.dots.fill(0);
    for (let first = 0; first < depth; first += TILE_DEPTH) {
      const length = Math.min(TILE_DEPTH, depth - first);
      pack(left, leftFirst, leftCount, first, length, packedLeft);
      pack(right, rightFirst, rightCount, first, length, packedRight);
      for (let r = 0; r < leftCount; r += 4) {
        for (let c = 0; c < rightCount; c += 4) {
          addDots(packedLeft, r * length, packedRight, c * length, length, this.dots, r * TILE_COLUMNS + c);
        }
      }
    }
  }
}

/** Interleaves rows by fours, so that the inner loop reads both sides in sequence; rows past the end are 0. */
function pack(
  rows: Rows,
  firstRow: number,
  count: number,
  firstDepth: number,
  length: number,
  into: Float32Array,
): void {
  const { values, rowStep, depthStep } = rows;
  const base = firstRow * rowStep + firstDepth * depthStep;
  const whole = count - (count % 4);
  let to = 0;
  for (let r = 0; r < whole; r += 4) {
    let p0 = base + r * rowStep;
    let p1 = p0 + rowStep;
    let p2 = p1 + rowStep;
    let p3 = p2 + rowStep;
    for (let t = 0; t < length; t++) {
      into[to] = values[p0]!;
      into[to + 1] = values[p1]!;
      into[to + 2] = values[p2]!;
      into[to + 3] = values[p3]!;
      to += 4;
      p0 += depthStep;
      p1 += depthStep;
      p2 += depthStep;
      p3 += depthStep;
    }
  }
  if (whole === count) return;
  into.fill(0, to, to + 4 * length);
  for (let r = whole; r < count; r++) {
    let from = base + r * rowStep;
    for (let q = to + (r - whole); q < to + 4 * length; q += 4) {
      into[q] = values[from]!;
      from += depthStep;
    }
  }
}

/** Adds the 4 x 4 dot products of two packed groups of rows: sixteen sums fit the registers of usual machines. */
function addDots(
  a: Float32Array,
  p: number,
  b: Float32Array,
  q: number,
  length: number,
  out: Float64Array,
  to: number,
): void {
  let c00 = 0;
  let c01 = 0;
  let c02 = 0;
  let c03 = 0;
  let c10 = 0;
  let c11 = 0;
  let c12 = 0;
  let c13 = 0;
  let c20 = 0;
  let c21 = 0;
  let c22 = 0;
  let c23 = 0;
  let c30 = 0;
  let c31 = 0;
  let c32 = 0;
  let c33 = 0;
  for (let t = 0; t < length; t++) {
    const b0 = b[q]!;
    const b1 = b[q + 1]!;
    const b2 = b[q + 2]!;
    const b3 = b[q + 3]!;
    const a0 = a[p]!;
    c00 += a0 * b0;
    c01 += a0 * b1;
    c02 += a0 * b2;
    c03 += a0 * b3;
    const a1 = a[p + 1]!;
    c10 += a1 * b0;
    c11 += a1 * b1;
    c12 += a1 * b2;
    c13 += a1 * b3;
    const a2 = a[p + 2]!;
    c20 += a2 * b0;
    c21 += a2 * b1;
    c22 += a2 * b2;
    c23 += a2 * b3;
    const a3 = a[p + 3]!;
    c30 += a3 * b0;
    c31 += a3 * b1;
    c32 += a3 * b2;
    c33 += a3 * b3;
    p += 4;
    q += 4;
  }
  out[to]! += c00;
  out[to + 1]! += c01;
  out[to + 2]! += c02;
  out[to + 3]! += c03;
  to += TILE_COLUMNS;
  out[to]! += c10;
  out[to + 1]! += c11;
  out[to + 2]! += c12;
  out[to + 3]! += c13;
  to += TILE_COLUMNS;
  out[to]! += c20;
  out[to + 1]! += c21;
  out[to + 2]! += c22;
  out[to + 3]! += c23;
  to += TILE_COLUMNS;
  out[to]! += c30;
  out[to + 1]! += c31;
  out[to + 2]! += c32;
  out[to + 3]! += c33;
}
