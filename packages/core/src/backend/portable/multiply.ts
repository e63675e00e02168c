import { columnsOf, type Rows, rowsOf, TILE_COLUMNS, TILE_ROWS, type Tile } from "./tile.ts";

/** The operands of a dense product: `left` rows against the columns of b, `depth` long. */
export interface Product {
  readonly left: Rows;
  readonly right: Rows;
  readonly rows: number;
  readonly columns: number;
  readonly depth: number;
}

/** Writes (or, with `accumulate`, adds) a dense product into `out`, rows x columns. */
export function multiply(product: Product, out: Float32Array, accumulate: boolean, tile: Tile): void {
  const { left, right, rows, columns, depth } = product;
  const { dots } = tile;
  for (let r = 0; r < rows; r += TILE_ROWS) {
    const height = Math.min(TILE_ROWS, rows - r);
    for (let c = 0; c < columns; c += TILE_COLUMNS) {
      const width = Math.min(TILE_COLUMNS, columns - c);
      tile.fill(left, r, height, right, c, width, depth);
      for (let i = 0; i < height; i++) {
        const from = i * TILE_COLUMNS;
        const to = (r + i) * columns + c;
        if (accumulate) for (let j = 0; j < width; j++) out[to + j]! += dots[from + j]!;
        else for (let j = 0; j < width; j++) out[to + j] = dots[from + j]!;
      }
    }
  }
}

/** The operands of `a b`, or of `a^T b`, from row-major arrays. */
export function productOf(
  a: { readonly values: Float32Array; readonly rows: number; readonly columns: number },
  b: { readonly values: Float32Array; readonly columns: number },
  transposeA: boolean,
): Product {
  return {
    left: transposeA ? columnsOf(a.values, a.columns) : rowsOf(a.values, a.columns),
    right: columnsOf(b.values, b.columns),
    rows: transposeA ? a.columns : a.rows,
    columns: b.columns,
    depth: transposeA ? a.rows : a.columns,
  };
}

/** `x^T x` in float64; the lower half is a copy of the upper, so the result is exactly symmetric. */
export function gram(values: Float32Array, rows: number, columns: number, tile: Tile): Float64Array {
  const out = new Float64Array(columns * columns);
  const side = columnsOf(values, columns);
  const { dots } = tile;
  for (let r = 0; r < columns; r += TILE_ROWS) {
    const height = Math.min(TILE_ROWS, columns - r);
    for (let c = r - (r % TILE_COLUMNS); c < columns; c += TILE_COLUMNS) {
      const width = Math.min(TILE_COLUMNS, columns - c);
      tile.fill(side, r, height, side, c, width, rows);
      for (let i = 0; i < height; i++) {
        for (let j = Math.max(0, r + i - c); j < width; j++) {
          const value = dots[i * TILE_COLUMNS + j]!;
          out[(r + i) * columns + c + j] = value;
          out[(c + j) * columns + r + i] = value;
        }
      }
    }
  }
  return out;
}
