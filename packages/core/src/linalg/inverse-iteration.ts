import { createRandom } from "../random.ts";
import type { EigenLoops } from "./eigen-loops.ts";
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
  loops: EigenLoops,
): Float64Array {
  const n = t.diagonal.length;
  const vectors = loops.array(values.length * n);
  const random = createRandom(0, "inverse-iteration");
  let size = 0;
  for (let i = 0; i < n; i++) {
    size = Math.max(size, Math.abs(t.diagonal[i]!) + Math.abs(t.offDiagonal[i] ?? 0));
  }
  // Any pivot will do for a matrix of zeros; the floor keeps 1 / pivot finite.
  const smallest = size === 0 ? 1 : Math.max(size * Number.EPSILON, 1e-300);
  const factors = new ShiftedFactors(n);
  // First of the vectors whose eigenvalues are close to that of vector j, or joined to it by others that are.
  let cluster = 0;
  for (let j = 0; j < values.length; j++) {
    const vector = vectors.subarray(j * n, (j + 1) * n);
    for (let i = 0; i < n; i++) vector[i] = random.uniform() - 0.5;
    if (j > 0 && values[j - 1]! - values[j]! > close * size) cluster = j;
    factors.factor(t, values[j]!, smallest);
    for (let round = 0; round < solves; round++) {
      factors.solve(vector);
      // Large solutions are what inverse iteration wants, but their squares must not overflow.
      normalise(vector);
      loops.removeComponents(vector, vectors.subarray(cluster * n, j * n), j - cluster);
      normalise(vector);
    }
    for (let pass = 0; pass < 2; pass++) {
      loops.removeComponents(vector, vectors, j);
      normalise(vector);
    }
  }
  return vectors;
}

function normalise(vector: Float64Array): void {
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
  readonly #swapped: Uint8Array;

  constructor(n: number) {
    this.#n = n;
    this.#d = new Float64Array(n);
    this.#u1 = new Float64Array(n);
    this.#u2 = new Float64Array(n);
    this.#l = new Float64Array(n);
    this.#swapped = new Uint8Array(n);
  }

  factor({ diagonal, offDiagonal }: Tridiagonal, shift: number, smallest: number): void {
    const n = this.#n;
    for (let i = 0; i < n; i++) {
      this.#d[i] = diagonal[i]! - shift;
      this.#u1[i] = offDiagonal[i] ?? 0;
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
