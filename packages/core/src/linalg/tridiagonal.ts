import { updateAndMultiply } from "./eigen-loops.ts";

/** A symmetric matrix A as Q T Q^T: T tridiagonal, Q a product of reflections I - u u^T / h. */
export interface Tridiagonal {
  /** n diagonal entries of T. */
  readonly diagonal: Float64Array;
  /** n entries, of which the first n - 1 stand beside the diagonal, and the last is 0. */
  readonly offDiagonal: Float64Array;
  /** n x n, row-major: the first i entries of row i are the u of reflection i, which turns the first i entries. */
  readonly reflections: Float64Array;
  /** The h of each reflection; 0 where there is none. Reflections 1 .. n - 1, in this order, turn T's eigenvectors into A's. */
  readonly halves: Float64Array;
}

/**
 * Householder reduction of the symmetric n x n matrix `a` (row-major; only its lower triangle is read, and it is
 * overwritten with the reflections). Row i is reduced for i = n - 1 .. 1 by the reflection that zeroes its first i - 1
 * entries (as EISPACK's tred1; Wilkinson and Reinsch 1971), on one triangle, which halves the work. Applying a reflection
 * waits until the next one is known: one sweep over the matrix then does that and multiplies with the next.
 */
export function tridiagonalize(a: Float64Array, n: number, into: Tridiagonal): void {
  const { diagonal, offDiagonal, halves } = into;
  // What is still to be applied is A = A - q u^T - u q^T.
  const u = new Float64Array(n);
  const q = new Float64Array(n);
  const product = new Float64Array(n);
  for (let i = n - 1; i >= 0; i--) {
    const row = a.subarray(i * n, i * n + i + 1);
    for (let k = 0; k <= i; k++) row[k]! -= q[i]! * u[k]! + u[i]! * q[k]!;
    diagonal[i] = row[i]!;
    if (i === 0) break;
    const next = row.subarray(0, i);
    const { h, beside } = reflect(next);
    offDiagonal[i - 1] = beside;
    halves[i] = h;
    updateAndMultiply(a, n, i, u, q, next, product);
    u.set(next);
    let dot = 0;
    for (let k = 0; k < i; k++) dot += next[k]! * product[k]!;
    // q = p - (u^T p / 2h) u with p = A u / h; there is nothing to apply where nothing was to be zeroed.
    const half = h === 0 ? 0 : dot / (2 * h);
    for (let k = 0; k < i; k++) q[k] = h === 0 ? 0 : (product[k]! - half * next[k]!) / h;
  }
}

/** Turns x into the u of the reflection that zeroes all its entries but the last, which becomes `beside`. */
function reflect(x: Float64Array): { h: number; beside: number } {
  const end = x.length - 1;
  const last = x[end]!;
  let sigma = 0;
  for (let k = 0; k < end; k++) sigma += x[k]! * x[k]!;
  if (sigma === 0) {
    x.fill(0);
    return { h: 0, beside: last };
  }
  const norm = Math.sqrt(sigma + last * last);
  // The sign that does not cancel.
  const beside = last > 0 ? -norm : norm;
  x[end] = last - beside;
  return { h: sigma + last * last - last * beside, beside };
}
