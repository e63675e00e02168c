import { symmetricEigen } from "@wellbegun/core/support";

/**
 * Effective rank: exp of the Shannon entropy of the singular values divided by their sum; the number of
 * directions that the table uses, if all were used evenly. From 1 (all rows on one line) to min(rows, columns);
 * 0 for a table of zeros. The table is not centered. Source: Roy and Vetterli, EUSIPCO 2007. Takes rows x
 * columns^2 in time.
 */
export function effectiveRank(table: Float32Array, columns: number): number {
  const { values } = symmetricEigen(secondMoments(table, columns), columns);
  const singular = values.map((value) => Math.sqrt(Math.max(value, 0)));
  const sum = singular.reduce((total, value) => total + value, 0);
  if (sum === 0) return 0;
  let entropy = 0;
  for (const value of singular) if (value > 0) entropy -= (value / sum) * Math.log(value / sum);
  return Math.exp(entropy);
}

/** The leading principal components of a table. */
export interface PrincipalComponents {
  /** Mean of the rows. */
  readonly mean: Float64Array;
  /** count x columns, row-major: unit axes, by falling variance. */
  readonly axes: Float64Array;
  /** Share of the total variance along each axis, 0 to 1. */
  readonly shares: Float64Array;
}

/** Principal component analysis of a table's rows, exact, in float64. Takes rows x columns^2 in time. */
export function principalComponents(
  table: Float32Array,
  columns: number,
  count: number,
): PrincipalComponents {
  const rows = table.length / columns;
  const mean = new Float64Array(columns);
  for (let start = 0; start < table.length; start += columns) {
    for (let c = 0; c < columns; c++) mean[c]! += table[start + c]! / rows;
  }
  const centered = new Float64Array(table.length);
  for (let start = 0; start < table.length; start += columns) {
    for (let c = 0; c < columns; c++) centered[start + c] = table[start + c]! - mean[c]!;
  }
  const moments = secondMoments(centered, columns);
  let total = 0;
  for (let c = 0; c < columns; c++) total += moments[c * columns + c]!;
  const { values, vectors } = symmetricEigen(moments, columns, Math.min(count, columns));
  const shares = values.map((value) => (total > 0 ? Math.max(value, 0) / total : 0));
  return { mean, axes: vectors, shares };
}

/** The rows' coordinates along the axes: rows x count, row-major. */
export function projectOn(
  { mean, axes, shares }: PrincipalComponents,
  table: Float32Array,
  columns: number,
): Float64Array {
  const count = shares.length;
  const result = new Float64Array((table.length / columns) * count);
  for (let r = 0; r * columns < table.length; r++) {
    for (let a = 0; a < count; a++) {
      let product = 0;
      for (let c = 0; c < columns; c++) {
        product += (table[r * columns + c]! - mean[c]!) * axes[a * columns + c]!;
      }
      result[r * count + a] = product;
    }
  }
  return result;
}

/** X^T X, columns x columns. */
function secondMoments(table: Float32Array | Float64Array, columns: number): Float64Array {
  const result = new Float64Array(columns * columns);
  const block = new Float64Array(4 * columns);
  const [x, y, z] = [columns, 2 * columns, 3 * columns];
  // Four rows at a time, so that each sum is read and written a quarter as often; missing rows at the end are
  // zeros.
  for (let start = 0; start < table.length; start += block.length) {
    block.fill(0);
    block.set(table.subarray(start, start + block.length));
    for (let a = 0; a < columns; a++) {
      const [v0, v1, v2, v3] = [block[a]!, block[x + a]!, block[y + a]!, block[z + a]!];
      for (let b = a; b < columns; b++) {
        const products = v0 * block[b]! + v1 * block[x + b]! + (v2 * block[y + b]! + v3 * block[z + b]!);
        result[a * columns + b]! += products;
      }
    }
  }
  for (let a = 0; a < columns; a++) {
    for (let b = 0; b < a; b++) result[a * columns + b] = result[b * columns + a]!;
  }
  return result;
}
