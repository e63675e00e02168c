import { reflectRows } from "./eigen-loops.ts";
import { iterate } from "./inverse-iteration.ts";
import { type Tridiagonal, tridiagonalize } from "./tridiagonal.ts";
import { tridiagonalEigenvalues } from "./tridiagonal-eigenvalues.ts";

/**
 * The steps of an eigendecomposition, in float64. Whoever does them faster brings its own (the wasm backend). All arrays
 * that the steps are given come from `array`, or are parts of such.
 */
export interface EigenSteps {
  /** An array of zeros. */
  array(length: number): Float64Array;

  /** The largest magnitude; NaN where an entry is. */
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

/** What the inverse iterations of one matrix share. */
export interface InverseIteration {
  /** Rows of n: the vectors found so far, and starts. Each becomes orthogonal to all before it. */
  readonly vectors: Float64Array;
  /** The least magnitude of a pivot. */
  readonly smallest: number;
  /** Room for the factors: 5 n. */
  readonly factors: Float64Array;
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
