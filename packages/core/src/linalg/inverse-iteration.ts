import { type Tridiagonal, takeOut } from "./tridiagonal.ts";

/** Solves per vector. Two suffice from a random start; the third is for eigenvalues that are close together. */
const solves = 3;

/** The data that the inverse iterations of one matrix share. */
export interface InverseIteration {
  /** Rows of n: the vectors found so far, and starts. Each becomes orthogonal to all before it. */
  readonly vectors: Float64Array;
  /** The least magnitude of a pivot. */
  readonly smallest: number;
  /** Room for the factors: 5 n. */
  readonly factors: Float64Array;
}

/** Inverse iteration for one vector, made orthogonal to the vectors from row `cluster` on at every solve. */
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
    // Inverse iteration gives large solutions; normalizing keeps their squares from overflowing.
    normalize(vector);
    removeComponents(vector, vectors.subarray(cluster * n, row * n), row - cluster);
    normalize(vector);
  }
  for (let pass = 0; pass < 2; pass++) {
    removeComponents(vector, vectors, row);
    normalize(vector);
  }
}

/**
 * Makes `vector` orthogonal to the `count` unit rows of `rows`, each as long as the vector. Four rows at a
 * time, so that each value of the vector is read once for all four.
 */
function removeComponents(vector: Float64Array, rows: Float64Array, count: number): void {
  const n = vector.length;
  let j = 0;
  for (; j + 4 <= count; j += 4) {
    const row0 = j * n;
    const row1 = row0 + n;
    const row2 = row1 + n;
    const row3 = row2 + n;
    let dot0 = 0;
    let dot1 = 0;
    let dot2 = 0;
    let dot3 = 0;
    for (let i = 0; i < n; i++) {
      const x = vector[i]!;
      dot0 += x * rows[row0 + i]!;
      dot1 += x * rows[row1 + i]!;
      dot2 += x * rows[row2 + i]!;
      dot3 += x * rows[row3 + i]!;
    }
    for (let i = 0; i < n; i++) {
      vector[i]! -=
        dot0 * rows[row0 + i]! + dot1 * rows[row1 + i]! + (dot2 * rows[row2 + i]! + dot3 * rows[row3 + i]!);
    }
  }
  for (; j < count; j++) takeOut(vector, 0, rows.subarray(j * n, (j + 1) * n), 1);
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
