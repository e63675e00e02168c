import { createRandom } from "../random.ts";
import { removeComponents } from "./eigen-loops.ts";
import type { EigenSteps, InverseIteration } from "./eigen-steps.ts";
import type { Tridiagonal } from "./tridiagonal.ts";

/** Solves per vector; from a random start two suffice, the third is for eigenvalues that lie close together. */
const solves = 3;
/**
 * Eigenvalues closer than this share of the matrix's size are kept apart at every solve; a solve alone separates others
 * to nine digits, and their vectors need only be made orthogonal at the end.
 */
const close = 1e-7;

/**
 * Unit eigenvectors of a tridiagonal matrix for given eigenvalues (descending): inverse iteration (LAPACK's dstein),
 * each vector orthogonal to all before it, which also resolves repeated eigenvalues. Row j is the vector of `values[j]`.
 */
export function tridiagonalEigenvectors(
  t: Tridiagonal,
  values: Float64Array,
  steps: EigenSteps,
): Float64Array {
  const n = t.diagonal.length;
  const vectors = steps.array(values.length * n);
  const random = createRandom(0, "inverse-iteration");
  for (let p = 0; p < vectors.length; p++) vectors[p] = random.uniform() - 0.5;
  let size = 0;
  for (let i = 0; i < n; i++) {
    size = Math.max(size, Math.abs(t.diagonal[i]!) + Math.abs(t.offDiagonal[i]!));
  }
  // Any pivot will do for a matrix of zeros; the floor keeps 1 / pivot finite.
  const smallest = size === 0 ? 1 : Math.max(size * Number.EPSILON, 1e-300);
  const iteration = { vectors, smallest, factors: steps.array(5 * n) };
  // First of the vectors whose eigenvalues are close to that of vector j, or joined to it by others that are.
  let cluster = 0;
  for (let j = 0; j < values.length; j++) {
    if (j > 0 && values[j - 1]! - values[j]! > close * size) cluster = j;
    steps.iterate(t, iteration, j, values[j]!, cluster);
  }
  return vectors;
}

/** Inverse iteration for one vector, kept apart from those from row `cluster` on at every solve. */
export function iterate(
  t: Tridiagonal,
  { vectors, smallest, factors }: InverseIteration,
  row: number,
  value: number,
  cluster: number,
): void {
  const n = t.diagonal.length;
  const vector = vectors.subarray(row * n, (row + 1) * n);
  const shifted = new ShiftedFactors(factors, n);
  shifted.factor(t, value, smallest);
  for (let round = 0; round < solves; round++) {
    shifted.solve(vector);
    // Large solutions are what inverse iteration wants, but their squares must not overflow.
    normalize(vector);
    removeComponents(vector, vectors.subarray(cluster * n, row * n), row - cluster);
    normalize(vector);
  }
  for (let pass = 0; pass < 2; pass++) {
    removeComponents(vector, vectors, row);
    normalize(vector);
  }
}

function normalize(vector: Float64Array): void {
  let largest = 0;
  for (let i = 0; i < vector.length; i++) largest = Math.max(largest, Math.abs(vector[i]!));
  if (largest === 0) return;
  let sum = 0;
  for (let i = 0; i < vector.length; i++) {
    vector[i]! /= largest;
    sum += vector[i]! * vector[i]!;
  }
  const factor = 1 / Math.sqrt(sum);
  for (let i = 0; i < vector.length; i++) vector[i]! *= factor;
}

/** LU factors of T - shift with partial pivoting (LAPACK's dgttrf); pivots of zero become `smallest`. */
class ShiftedFactors {
  readonly #n: number;
  /** Diagonal and both diagonals above it of U, multipliers of L, and whether rows i and i + 1 were swapped. */
  readonly #d: Float64Array;
  readonly #u1: Float64Array;
  readonly #u2: Float64Array;
  readonly #l: Float64Array;
  readonly #swapped: Float64Array;

  constructor(room: Float64Array, n: number) {
    this.#n = n;
    const part = (index: number): Float64Array => room.subarray(index * n, (index + 1) * n);
    this.#d = part(0);
    this.#u1 = part(1);
    this.#u2 = part(2);
    this.#l = part(3);
    this.#swapped = part(4);
  }

  factor({ diagonal, offDiagonal }: Tridiagonal, shift: number, smallest: number): void {
    const n = this.#n;
    for (let i = 0; i < n; i++) {
      this.#d[i] = diagonal[i]! - shift;
      this.#u1[i] = offDiagonal[i]!;
      this.#u2[i] = 0;
    }
    for (let i = 0; i < n - 1; i++) {
      const below = offDiagonal[i]!;
      const swap = Math.abs(below) > Math.abs(this.#d[i]!);
      this.#swapped[i] = swap ? 1 : 0;
      if (swap) {
        const multiplier = this.#d[i]! / below;
        const above = this.#u1[i]!;
        this.#d[i] = below;
        this.#u1[i] = this.#d[i + 1]!;
        this.#d[i + 1] = above - multiplier * this.#u1[i]!;
        this.#u2[i] = i < n - 2 ? this.#u1[i + 1]! : 0;
        this.#u1[i + 1] = -multiplier * this.#u2[i]!;
        this.#l[i] = multiplier;
      } else {
        if (Math.abs(this.#d[i]!) < smallest) this.#d[i] = smallest;
        this.#l[i] = below / this.#d[i]!;
        this.#d[i + 1]! -= this.#l[i]! * this.#u1[i]!;
      }
    }
    if (n > 0 && Math.abs(this.#d[n - 1]!) < smallest) this.#d[n - 1] = smallest;
  }

  solve(x: Float64Array): void {
    const n = this.#n;
    for (let i = 0; i < n - 1; i++) {
      if (this.#swapped[i] === 1) {
        const upper = x[i]!;
        x[i] = x[i + 1]!;
        x[i + 1] = upper - this.#l[i]! * x[i]!;
      } else x[i + 1]! -= this.#l[i]! * x[i]!;
    }
    for (let i = n - 1; i >= 0; i--) {
      const next = i + 1 < n ? this.#u1[i]! * x[i + 1]! : 0;
      const afterNext = i + 2 < n ? this.#u2[i]! * x[i + 2]! : 0;
      x[i] = (x[i]! - next - afterNext) / this.#d[i]!;
    }
  }
}
