import { dot } from "./dot.ts";

/**
 * The lower triangular L of G = L L^T for a symmetric positive semidefinite n x n matrix (row-major, only read;
 * Golub and Van Loan 2013, 4.2). A coordinate counts as dependent if the part of it that is independent of
 * earlier coordinates is below the share `dependent` of its squared length. Its diagonal entry is infinite, so
 * that every quotient by it is 0.
 */
export function cholesky(g: Float64Array, n: number, dependent: number): Float64Array {
  const l = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      const sum = g[i * n + j]! - dot(l, i * n, l, j * n, j);
      if (j < i) l[i * n + j] = sum / l[j * n + j]!;
      else l[i * n + i] = sum > dependent * g[i * n + i]! ? Math.sqrt(sum) : Number.POSITIVE_INFINITY;
    }
  }
  return l;
}

/** x = L^-1 x. */
export function solveLower(l: Float64Array, n: number, x: Float64Array): void {
  for (let i = 0; i < n; i++) x[i] = (x[i]! - dot(l, i * n, x, 0, i)) / l[i * n + i]!;
}

/** x = L^-T x. */
export function solveUpper(l: Float64Array, n: number, x: Float64Array): void {
  for (let i = n - 1; i >= 0; i--) {
    const value = x[i]! / l[i * n + i]!;
    x[i] = value;
    for (let k = 0; k < i; k++) x[k]! -= l[i * n + k]! * value;
  }
}
