/** Operations that visit each row of a matrix once. */
import type { ColumnMoments, RowTransform } from "../backend.ts";

/** Column sums and sums of squares of the present rows about `shift`, in row order. */
export function columnMoments(
  x: Float32Array,
  rows: number,
  columns: number,
  shift: Float64Array | undefined,
  missing: Uint8Array | undefined,
): ColumnMoments {
  const sum = new Float64Array(columns);
  const sumOfSquares = new Float64Array(columns);
  const about = shift ?? new Float64Array(columns);
  for (let r = 0; r < rows; r++) {
    if (missing !== undefined && missing[r] !== 0) continue;
    const from = r * columns;
    for (let c = 0; c < columns; c++) {
      const value = x[from + c]! - about[c]!;
      sum[c]! += value;
      sumOfSquares[c]! += value * value;
    }
  }
  return { sum, sumOfSquares };
}

/** Applies a {@link RowTransform} in place; a value is rounded once, after the division by the norm. */
export function transformRows(x: Float32Array, rows: number, columns: number, transform: RowTransform): void {
  const { missing, unit } = transform;
  const shift = transform.shift ?? new Float64Array(columns);
  const scale = transform.scale ?? new Float64Array(columns).fill(1);
  const row = new Float64Array(columns);
  for (let r = 0; r < rows; r++) {
    const from = r * columns;
    if (missing !== undefined && missing[r] !== 0) {
      x.fill(0, from, from + columns);
      continue;
    }
    let sumOfSquares = 0;
    for (let c = 0; c < columns; c++) {
      const value = (x[from + c]! - shift[c]!) * scale[c]!;
      row[c] = value;
      sumOfSquares += value * value;
    }
    const norm = unit && sumOfSquares !== 0 ? Math.sqrt(sumOfSquares) : 1;
    for (let c = 0; c < columns; c++) x[from + c] = row[c]! / norm;
  }
}

/** Sum of squares of `columns` values from `from` on. */
export function squaredNorm(x: Float32Array, from: number, columns: number): number {
  const whole = from + columns - (columns % 4);
  let s0 = 0;
  let s1 = 0;
  let s2 = 0;
  let s3 = 0;
  let p = from;
  for (; p < whole; p += 4) {
    const x0 = x[p]!;
    const x1 = x[p + 1]!;
    const x2 = x[p + 2]!;
    const x3 = x[p + 3]!;
    s0 += x0 * x0;
    s1 += x1 * x1;
    s2 += x2 * x2;
    s3 += x3 * x3;
  }
  for (; p < from + columns; p++) s0 += x[p]! * x[p]!;
  return s0 + s1 + (s2 + s3);
}

/** L2 norm of each row. */
export function rowNorms(x: Float32Array, rows: number, columns: number): Float32Array {
  const norms = new Float32Array(rows);
  for (let r = 0; r < rows; r++) norms[r] = Math.sqrt(squaredNorm(x, r * columns, columns));
  return norms;
}

/** Multiplies each row, in place, by the factor for all or by its own. */
export function scaleRows(
  x: Float32Array,
  rows: number,
  columns: number,
  factor: number | Float32Array,
): void {
  for (let r = 0; r < rows; r++) {
    const own = typeof factor === "number" ? factor : factor[r]!;
    for (let p = r * columns; p < (r + 1) * columns; p++) x[p]! *= own;
  }
}

/** y += alpha * x for x of `columns` columns, into columns `firstColumn ..` of y, which has `stride` columns. */
export function addScaled(
  y: Float32Array,
  stride: number,
  firstColumn: number,
  x: Float32Array,
  rows: number,
  columns: number,
  alpha: number,
): void {
  for (let r = 0; r < rows; r++) {
    const to = r * stride + firstColumn;
    const from = r * columns;
    for (let c = 0; c < columns; c++) y[to + c]! += alpha * x[from + c]!;
  }
}
