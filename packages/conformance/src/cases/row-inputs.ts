import { factors, normalTable, type Table } from "../inputs.ts";

/** Rows and columns, from zero rows to more than fit a cache line or a block. */
const SHAPES: readonly (readonly [number, number])[] = [
  [0, 3],
  [1, 1],
  [1, 130],
  [7, 1],
  [13, 5],
  [64, 64],
  [65, 67],
  [1021, 31],
  [3, 4099],
];

/** Factors of the rows of a table. */
export const MAGNITUDES: readonly number[] = [1, 1e18, 1e-18, 1e9, 1e-9, 1e18, 1];

/** A table of each shape, of entries that are normally distributed. */
export function tables(stream: string): Table[] {
  return SHAPES.map(([rows, columns]) => normalTable(rows, columns, `rows/${stream}/${rows}x${columns}`));
}

/** Numbers around 0. */
export function float64(length: number, stream: string): Float64Array {
  return Float64Array.from(factors(length, stream), (value) => value - 0.7);
}
