import { createRandom } from "../random.ts";
import { type InverseIteration, iterate } from "./inverse-iteration.ts";
import { reflectRows, type Tridiagonal, tridiagonalEigenvalues, tridiagonalize } from "./tridiagonal.ts";

/** Eigenvalues and eigenvectors of a symmetric matrix, in float64. */
export interface SymmetricEigen {
  /** The eigenvalues asked for, largest first. */
  readonly values: Float64Array;
  /** count x n, row-major: ROW j is the unit eigenvector of `values[j]`. */
  readonly vectors: Float64Array;
}

/**
 * The steps of an eigendecomposition, in float64. A backend with faster steps supplies its own, as wasm does.
 * All arrays passed to the steps come from `array`, or are parts of such arrays.
 */
export interface EigenSteps {
  /** An array of zeros. */
  array(length: number): Float64Array;

  /** The largest magnitude; NaN if any entry is NaN. */
  largest(values: Float64Array): number;

  /** Divides all values. */
  divide(values: Float64Array, divisor: number): void;

  /** Reduces `a` (n x n, of which the lower triangle is read) to the given form, whose reflections then lie in `a`. */
  tridiagonalize(a: Float64Array, n: number, into: Tridiagonal): void;

  /** All eigenvalues, in any order, in `diagonal`; `beside`, as long, holds the off-diagonal, and is overwritten. */
  eigenvalues(diagonal: Float64Array, beside: Float64Array): void;

  /** Row `row` of `vectors`, a start, becomes the eigenvector for `value`; see {@link InverseIteration}. */
  iterate(t: Tridiagonal, iteration: InverseIteration, row: number, value: number, cluster: number): void;

  /** Turns `count` rows of eigenvectors of the tridiagonal matrix into those of the matrix that was reduced. */
  reflect(t: Tridiagonal, vectors: Float64Array, count: number): void;
}

/** The steps in TypeScript. */
export const plainSteps: EigenSteps = {
  array: (length) => new Float64Array(length),
  largest: (values) => {
    let largest = 0;
    for (let p = 0; p < values.length; p++) largest = Math.max(largest, Math.abs(values[p]!));
    return largest;
  },
  divide: (values, divisor) => {
    for (let p = 0; p < values.length; p++) values[p]! /= divisor;
  },
  tridiagonalize,
  eigenvalues: tridiagonalEigenvalues,
  iterate,
  reflect: ({ halves, reflections }, vectors, count) => {
    const n = halves.length;
    for (let i = 1; i < n; i++) {
      const h = halves[i]!;
      if (h !== 0) reflectRows(reflections.subarray(i * n, i * n + i), h, vectors, count, n);
    }
  },
};

/**
 * The vectors of eigenvalues closer than this share of the matrix's size are made orthogonal at every solve.
 * For other eigenvalues a solve separates the vectors to nine digits, so they are made orthogonal only at the
 * end.
 */
const close = 1e-7;

/**
 * The `count` largest eigenvalues (default: all) of the symmetric n x n matrix `a` (row-major; only read) with
 * their vectors: reduction to tridiagonal form, all its eigenvalues, then inverse iteration for the vectors
 * wanted. For a quarter of the vectors, that takes a third of the time of an algorithm that computes all of
 * them.
 */
export function symmetricEigen(a: Float64Array, n: number, count: number = n): SymmetricEigen {
  return symmetricEigenBy(plainSteps, a, n, count);
}

/** {@link symmetricEigen} by given steps; the vectors are in an array of the steps. */
export function symmetricEigenBy(
  steps: EigenSteps,
  a: Float64Array,
  n: number,
  count: number,
): SymmetricEigen {
  const work = steps.array(n * n);
  work.set(a);
  // Scaled to a size of about 1 by a power of two, which is exact: squares of huge or tiny entries would
  // overflow or vanish.
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

/**
 * Unit eigenvectors of a tridiagonal matrix for given eigenvalues (descending): inverse iteration (LAPACK's dstein),
 * each vector orthogonal to all before it, which also resolves repeated eigenvalues. Row j is the vector of `values[j]`.
 */
function tridiagonalEigenvectors(t: Tridiagonal, values: Float64Array, steps: EigenSteps): Float64Array {
  const n = t.diagonal.length;
  const vectors = steps.array(values.length * n);
  const random = createRandom(0, "inverse-iteration");
  for (let p = 0; p < vectors.length; p++) vectors[p] = random.uniform() - 0.5;
  let size = 0;
  for (let i = 0; i < n; i++) {
    size = Math.max(size, Math.abs(t.diagonal[i]!) + Math.abs(t.offDiagonal[i]!));
  }
  // For a matrix of zeros any pivot works; the lower bound keeps 1 / pivot finite.
  const smallest = size === 0 ? 1 : Math.max(size * Number.EPSILON, 1e-300);
  const iteration = { vectors, smallest, factors: steps.array(5 * n) };
  // The first vector of the group of close eigenvalues that j belongs to: neighbors in the group are close to
  // each other.
  let cluster = 0;
  for (let j = 0; j < values.length; j++) {
    if (j > 0 && values[j - 1]! - values[j]! > close * size) cluster = j;
    steps.iterate(t, iteration, j, values[j]!, cluster);
  }
  return vectors;
}

/** The power of two below a magnitude; 1 for zero, NaN and Infinity. */
function powerOfTwo(largest: number): number {
  return largest > 0 && largest < Infinity ? 2 ** Math.max(-1021, Math.floor(Math.log2(largest))) : 1;
}
