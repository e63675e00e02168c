import { type EigenSteps, plainSteps } from "./eigen-steps.ts";
import { tridiagonalEigenvectors } from "./inverse-iteration.ts";
import type { Tridiagonal } from "./tridiagonal.ts";

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
  return symmetricEigenBy(plainSteps, a, n, count);
}

/** {@link symmetricEigen} by given steps; the vectors lie where the steps' arrays do. */
export function symmetricEigenBy(
  steps: EigenSteps,
  a: Float64Array,
  n: number,
  count: number,
): SymmetricEigen {
  const work = steps.array(n * n);
  work.set(a);
  // Brought to the size of 1 by a power of two, which rounds nothing: squares of huge or tiny entries would be lost.
  const size = powerOfTwo(steps.largest(work));
  steps.divide(work, size);
  const reduced: Tridiagonal = {
    diagonal: steps.array(n),
    offDiagonal: steps.array(n),
    reflections: work,
    halves: steps.array(n),
  };
  steps.tridiagonalize(work, n, reduced);
  const values = eigenvalues(steps, reduced).slice(0, count);
  const vectors = tridiagonalEigenvectors(reduced, values, steps);
  steps.reflect(reduced, vectors, values.length);
  return { values: values.map((value) => value * size), vectors };
}

/** All eigenvalues, largest first. */
function eigenvalues(steps: EigenSteps, { diagonal, offDiagonal }: Tridiagonal): Float64Array {
  const values = steps.array(diagonal.length);
  const beside = steps.array(diagonal.length);
  values.set(diagonal);
  beside.set(offDiagonal);
  steps.eigenvalues(values, beside);
  return values.sort().reverse();
}

/** The power of two below a magnitude; 1 for zero, and for what is no number. */
function powerOfTwo(largest: number): number {
  return largest > 0 && largest < Infinity ? 2 ** Math.max(-1021, Math.floor(Math.log2(largest))) : 1;
}
