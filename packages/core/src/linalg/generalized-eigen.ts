import { dot } from "./dot.ts";
import { type SymmetricEigen, symmetricEigen } from "./symmetric-eigen.ts";

/**
 * The `count` largest eigenvalues of S x = lambda G x with their vectors, for symmetric n x n matrices S and G
 * (row-major, only read), G positive semidefinite: through G = L L^T and the eigenproblem of L^-1 S L^-T (Golub and Van Loan
 * 2013, 8.7). ROW j of `vectors` is the vector of `values[j]`, of length 1 where G measures. Coordinates that G finds
 * dependent on those before them are left out: they stand as zeros in every vector, and for eigenvalues of 0.
 */
export function generalizedEigen(s: Float64Array, g: Float64Array, n: number, count: number): SymmetricEigen {
  const l = cholesky(g, n);
  const reduced = s.slice();
  // Rows of S L^-T, then, since the matrix is symmetric, rows of its transpose.
  for (let pass = 0; pass < 2; pass++) {
    for (let row = 0; row < n; row++) solveLower(l, n, reduced.subarray(row * n, (row + 1) * n));
    if (pass === 0) transpose(reduced, n);
  }
  const { values, vectors } = symmetricEigen(reduced, n, count);
  for (let j = 0; j < values.length; j++) solveUpper(l, n, vectors.subarray(j * n, (j + 1) * n));
  return { values, vectors };
}

/** A coordinate of which less than this share (squared) is its own counts as dependent on those before it. */
const dependent = 1e-4;

/** The lower triangular L of G = L L^T, row-major; infinite on the diagonal, so that quotients are 0, where dependent. */
function cholesky(g: Float64Array, n: number): Float64Array {
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
function solveLower(l: Float64Array, n: number, x: Float64Array): void {
  for (let i = 0; i < n; i++) x[i] = (x[i]! - dot(l, i * n, x, 0, i)) / l[i * n + i]!;
}

/** x = L^-T x. */
function solveUpper(l: Float64Array, n: number, x: Float64Array): void {
  for (let i = n - 1; i >= 0; i--) {
    const value = x[i]! / l[i * n + i]!;
    x[i] = value;
    for (let k = 0; k < i; k++) x[k]! -= l[i * n + k]! * value;
  }
}

function transpose(a: Float64Array, n: number): void {
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < i; j++) {
      const value = a[i * n + j]!;
      a[i * n + j] = a[j * n + i]!;
      a[j * n + i] = value;
    }
  }
}
