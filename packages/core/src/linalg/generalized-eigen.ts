import { cholesky, solveLower, solveUpper } from "./cholesky.ts";
import { type SymmetricEigen, symmetricEigen } from "./symmetric-eigen.ts";

/** Options of {@link generalizedEigen}. */
export interface GeneralizedOptions {
  /**
   * Share of its own squared length below which a coordinate counts as dependent on those before it. Default:
   * 1e-4, for directions that are orthonormal up to rounding.
   */
  readonly dependent?: number | undefined;
  /** The solver of the ordinary eigenproblem, such as a backend's. Default: {@link symmetricEigen}. */
  readonly solve?:
    | ((a: Float64Array, n: number, count: number) => SymmetricEigen | Promise<SymmetricEigen>)
    | undefined;
}

/**
 * The `count` largest eigenvalues of S x = lambda G x with their vectors, for symmetric n x n matrices S and G
 * (row-major, only read), G positive semidefinite: through G = L L^T and the eigenproblem of L^-1 S L^-T (Golub
 * and Van Loan 2013, 8.7). ROW j of `vectors` is the vector of `values[j]`, of length 1 in the norm of G.
 * Coordinates that are dependent in G are left out: they are zero in every vector, and add eigenvalues of 0.
 */
export async function generalizedEigen(
  s: Float64Array,
  g: Float64Array,
  n: number,
  count: number,
  { dependent = 1e-4, solve = symmetricEigen }: GeneralizedOptions = {},
): Promise<SymmetricEigen> {
  const l = cholesky(g, n, dependent);
  const reduced = s.slice();
  // Rows of S L^-T, then, since the matrix is symmetric, rows of its transpose.
  for (let pass = 0; pass < 2; pass++) {
    for (let row = 0; row < n; row++) solveLower(l, n, reduced.subarray(row * n, (row + 1) * n));
    if (pass === 0) transpose(reduced, n);
  }
  const { values, vectors } = await solve(reduced, n, count);
  for (let j = 0; j < values.length; j++) solveUpper(l, n, vectors.subarray(j * n, (j + 1) * n));
  return { values, vectors };
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
