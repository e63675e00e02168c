import type { Backend, Matrix } from "../backend/backend.ts";
import { upload } from "../data/upload.ts";

/** Rows and columns of a tile. A product of two tiles is large enough to keep a backend busy. */
export const tileSize = 256;

/**
 * A symmetric matrix on a backend as square tiles of the lower triangle; the last row of tiles has fewer rows
 * if the size is not a multiple of {@link tileSize}.
 */
export class SymmetricTiles {
  readonly backend: Backend;
  readonly size: number;
  /** `tiles[i][j]`, j <= i, holds rows of block i and columns of block j. */
  readonly tiles: Matrix[][] = [];

  private constructor(backend: Backend, size: number) {
    this.backend = backend;
    this.size = size;
  }

  /**
   * Makes a matrix from `fillRows`, a block of rows at a time: it adds the values of rows `first ..` to `into`
   * (rows x size zeros). Only the columns up to the block's last row are read.
   */
  static async create(
    backend: Backend,
    size: number,
    fillRows: (into: Float32Array, first: number, rows: number) => void,
  ): Promise<SymmetricTiles> {
    const matrix = new SymmetricTiles(backend, size);
    try {
      for (let i = 0; i < matrix.blockCount; i++) {
        const [first, rows] = [matrix.first(i), matrix.rows(i)];
        const strip = new Float32Array(rows * size);
        fillRows(strip, first, rows);
        const row: Matrix[] = [];
        matrix.tiles.push(row);
        for (let j = 0; j <= i; j++) {
          row.push(
            await upload(
              backend,
              cut(strip, size, rows, matrix.first(j), matrix.rows(j)),
              rows,
              matrix.rows(j),
            ),
          );
        }
      }
      return matrix;
    } catch (error) {
      matrix.dispose();
      throw error;
    }
  }

  /** Blocks of rows. */
  get blockCount(): number {
    return Math.ceil(this.size / tileSize);
  }

  /** First row of a block. */
  first(block: number): number {
    return block * tileSize;
  }

  /** Rows of a block. */
  rows(block: number): number {
    return Math.min(tileSize, this.size - block * tileSize);
  }

  /** A copy of block (i, j), rows of i x columns of j, above or below the diagonal. */
  async block(i: number, j: number): Promise<Float32Array> {
    const [low, high] = [Math.min(i, j), Math.max(i, j)];
    const tile = await this.backend.read(this.tiles[high]![low]!, 0, this.rows(high), (view) => view.slice());
    return i >= j ? tile : transposed(tile, this.rows(high), this.rows(low));
  }

  dispose(): void {
    for (const row of this.tiles) for (const tile of row) tile.dispose();
  }
}

/** The transpose of a row-major rows x columns array, each value times `factor`. */
export function transposed(data: Float32Array, rows: number, columns: number, factor = 1): Float32Array {
  const result = new Float32Array(data.length);
  for (let r = 0; r < rows; r++) {
    for (let c = 0; c < columns; c++) result[c * rows + r] = factor * data[r * columns + c]!;
  }
  return result;
}

/** A range of columns of a row-major array that is `size` wide. */
function cut(strip: Float32Array, size: number, rows: number, first: number, columns: number): Float32Array {
  const result = new Float32Array(rows * columns);
  for (let r = 0; r < rows; r++) {
    result.set(strip.subarray(r * size + first, r * size + first + columns), r * columns);
  }
  return result;
}
