import { symmetricEigen } from "./symmetric-eigen.ts";

/** Squared: columns that agree to more digits than float32 has. */
const dependent = 1e-12;

/** How to make the columns of a matrix Z orthonormal. */
export interface Orthonormalising {
  /** n x n, row-major: the columns of Z times this are orthonormal, or zero where nothing was left. */
  readonly factor: Float32Array;
  /** n x n, row-major: Z is the orthonormal columns times this. */
  readonly lengths: Float64Array;
}

/**
 * What makes the columns of Z orthonormal, from the n x n Gram matrix Z^T Z (row-major) alone: its eigenvectors, after
 * the columns were scaled to one length (SVQB; Stathopoulos and Wu 2002). Columns that depend on others, or are not
 * longer than `least`, leave zero columns.
 */
export function orthonormalising(gram: Float64Array, n: number, least: number): Orthonormalising {
  const norms = Float64Array.from({ length: n }, (_, i) => Math.sqrt(gram[i * n + i]!));
  const inverse = norms.map((norm) => (norm > least ? 1 / norm : 0));
  const scaled = gram.map((value, at) => value * inverse[Math.floor(at / n)]! * inverse[at % n]!);
  const { values, vectors } = symmetricEigen(scaled, n);
  const factor = new Float32Array(n * n);
  const lengths = new Float64Array(n * n);
  for (let k = 0; k < n; k++) {
    if (!(values[k]! > dependent)) continue;
    const root = Math.sqrt(values[k]!);
    for (let i = 0; i < n; i++) {
      const entry = vectors[k * n + i]!;
      factor[i * n + k] = (entry * inverse[i]!) / root;
      lengths[k * n + i] = entry * root * norms[i]!;
    }
  }
  return { factor, lengths };
}
