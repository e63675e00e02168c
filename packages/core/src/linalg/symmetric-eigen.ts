import { type EigenLoops, plainLoops } from "./eigen-loops.ts";
import { tridiagonalEigenvectors } from "./inverse-iteration.ts";
import { tridiagonalise } from "./tridiagonal.ts";
import { tridiagonalEigenvalues } from "./tridiagonal-eigenvalues.ts";

/** Eigenvalues and eigenvectors of a symmetric matrix, in float64. */
export interface SymmetricEigen {
  /** The eigenvalues asked for, largest first. */
  readonly values: Float64Array;
  /** count x n, row-major: ROW j is the unit eigenvector of `values[j]`. */
  readonly vectors: Float64Array;
}

/**
 * The `count` largest eigenvalues (default: all) of the symmetric n x n matrix `a` (row-major; only read) with their
 * vectors: reduction to tridiagonal form, all its eigenvalues, then inverse iteration for the vectors wanted, which
 * for a quarter of the vectors costs a third of rotating all of them along.
 */
export function symmetricEigen(a: Float64Array, n: number, count: number = n): SymmetricEigen {
  return symmetricEigenBy(plainLoops, a, n, count);
}

/** {@link symmetricEigen} by given loops; the vectors lie where the loops' arrays do. */
export function symmetricEigenBy(
  loops: EigenLoops,
  a: Float64Array,
  n: number,
  count: number,
): SymmetricEigen {
  const work = loops.array(n * n);
  // Brought to the size of 1 by a power of two, which rounds nothing: squares of huge or tiny entries would be lost.
  const size = powerOfTwo(a);
  for (let p = 0; p < a.length; p++) work[p] = a[p]! / size;
  const reduced = tridiagonalise(work, n, loops);
  const values = tridiagonalEigenvalues(reduced).slice(0, count);
  const vectors = tridiagonalEigenvectors(reduced, values, loops);
  for (let i = 1; i < n; i++) {
    const h = reduced.halves[i]!;
    if (h !== 0) loops.reflectRows(work.subarray(i * n, i * n + i), h, vectors, values.length, n);
  }
  return { values: values.map((value) => value * size), vectors };
}

/** The power of two below the largest entry's magnitude; 1 for zeros, and where an entry is no number. */
function powerOfTwo(a: Float64Array): number {
  let largest = 0;
  for (let p = 0; p < a.length; p++) largest = Math.max(largest, Math.abs(a[p]!));
  return largest > 0 && largest < Infinity ? 2 ** Math.max(-1021, Math.floor(Math.log2(largest))) : 1;
}
