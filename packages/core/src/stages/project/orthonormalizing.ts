import { symmetricEigen } from "../../linalg/symmetric-eigen.ts";

/** How to make the columns of a matrix Z orthonormal. */
export interface Orthonormalizing {
  /** n x n, row-major: the columns of Z times this are orthonormal, or zero where no length is left. */
  readonly factor: Float32Array;
  /** n x n, row-major: Z is the orthonormal columns times this. */
  readonly lengths: Float64Array;
  /** The smallest length of Z along any of the orthonormal columns. */
  readonly shortest: number;
}

/**
 * The matrix that makes the columns of Z orthonormal, from the eigenvectors of the n x n Gram matrix Z^T Z
 * (row-major) alone (SVQB; Stathopoulos and Wu 2002). Directions along which Z is not longer than `least`
 * become zero columns. The longest direction comes last.
 */
export function orthonormalizing(gram: Float64Array, n: number, least: number): Orthonormalizing {
  const { values, vectors } = symmetricEigen(gram, n);
  const factor = new Float32Array(n * n);
  const lengths = new Float64Array(n * n);
  let shortest = Number.POSITIVE_INFINITY;
  for (let k = 0; k < n; k++) {
    if (!(values[k]! > least * least)) break;
    const length = Math.sqrt(values[k]!);
    shortest = length;
    for (let i = 0; i < n; i++) {
      factor[i * n + (n - 1 - k)] = vectors[k * n + i]! / length;
      lengths[(n - 1 - k) * n + i] = vectors[k * n + i]! * length;
    }
  }
  return { factor, lengths, shortest };
}

/** a b for n x n matrices, row-major. */
export function product(a: Float64Array, b: Float64Array, n: number): Float64Array {
  const out = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let k = 0; k < n; k++) {
      for (let j = 0; j < n; j++) out[i * n + j]! += a[i * n + k]! * b[k * n + j]!;
    }
  }
  return out;
}
