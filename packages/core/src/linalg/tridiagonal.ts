/** A symmetric matrix A as Q T Q^T: T tridiagonal, Q a product of reflections I - u u^T / h. */
export interface Tridiagonal {
  /** n diagonal entries of T. */
  readonly diagonal: Float64Array;
  /** n - 1 entries beside the diagonal. */
  readonly offDiagonal: Float64Array;
  /** The reflections in the order in which they turn an eigenvector of T into one of A. */
  readonly reflections: readonly Reflection[];
}

/** I - u u^T / h on the first entries of a vector, as many as `u` has. */
export interface Reflection {
  readonly u: Float64Array;
  readonly h: number;
}

/**
 * Householder reduction of the symmetric n x n matrix `a` (row-major; only its lower triangle is read, and it is
 * overwritten). Row i is reduced for i = n - 1 .. 1 by the reflection that zeroes its first i - 1 entries (as
 * EISPACK's tred1; Wilkinson and Reinsch 1971), on one triangle, which halves the work. Applying a reflection waits
 * until the next one is known: one sweep over the matrix then does that and multiplies with the next.
 */
export function tridiagonalise(a: Float64Array, n: number): Tridiagonal {
  const diagonal = new Float64Array(n);
  const offDiagonal = new Float64Array(Math.max(0, n - 1));
  const reflections: Reflection[] = [];
  // What is still to be applied is A = A - q u^T - u q^T.
  const u = new Float64Array(n);
  const q = new Float64Array(n);
  const product = new Float64Array(n);
  for (let i = n - 1; i >= 0; i--) {
    const row = a.subarray(i * n, i * n + i + 1);
    for (let k = 0; k <= i; k++) row[k]! -= q[i]! * u[k]! + u[i]! * q[k]!;
    diagonal[i] = row[i]!;
    if (i === 0) break;
    const next = row.slice(0, i);
    const { h, beside } = reflect(next);
    offDiagonal[i - 1] = beside;
    updateAndMultiply(a, n, i, u, q, next, product);
    u.set(next);
    let dot = 0;
    for (let k = 0; k < i; k++) dot += next[k]! * product[k]!;
    // q = p - (u^T p / 2h) u with p = A u / h; there is nothing to apply where nothing was to be zeroed.
    const half = h === 0 ? 0 : dot / (2 * h);
    for (let k = 0; k < i; k++) q[k] = h === 0 ? 0 : (product[k]! - half * next[k]!) / h;
    if (h !== 0) reflections.push({ u: next, h });
  }
  reflections.reverse();
  return { diagonal, offDiagonal, reflections };
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

/**
 * On the leading m x m block, of which only the lower triangle is there: A = A - q u^T - u q^T, then product = A v.
 * Two rows at a time, so that what is read of the vectors serves both.
 */
function updateAndMultiply(
  a: Float64Array,
  n: number,
  m: number,
  u: Float64Array,
  q: Float64Array,
  v: Float64Array,
  product: Float64Array,
): void {
  product.fill(0, 0, m);
  const even = m - (m % 2);
  for (let j = 0; j < even; j += 2) {
    const upper = j * n;
    const lower = upper + n;
    const u0 = u[j]!;
    const u1 = u[j + 1]!;
    const q0 = q[j]!;
    const q1 = q[j + 1]!;
    const v0 = v[j]!;
    const v1 = v[j + 1]!;
    let sum0 = 0;
    let sum1 = 0;
    for (let k = 0; k < j; k++) {
      const uk = u[k]!;
      const qk = q[k]!;
      const vk = v[k]!;
      const a0 = a[upper + k]! - (q0 * uk + u0 * qk);
      const a1 = a[lower + k]! - (q1 * uk + u1 * qk);
      a[upper + k] = a0;
      a[lower + k] = a1;
      sum0 += a0 * vk;
      sum1 += a1 * vk;
      product[k]! += a0 * v0 + a1 * v1;
    }
    const corner0 = a[upper + j]! - 2 * q0 * u0;
    const beside = a[lower + j]! - (q1 * u0 + u1 * q0);
    const corner1 = a[lower + j + 1]! - 2 * q1 * u1;
    a[upper + j] = corner0;
    a[lower + j] = beside;
    a[lower + j + 1] = corner1;
    product[j]! += sum0 + corner0 * v0 + beside * v1;
    product[j + 1]! += sum1 + beside * v0 + corner1 * v1;
  }
  if (even === m) return;
  const line = even * n;
  let sum = 0;
  for (let k = 0; k <= even; k++) {
    const value = a[line + k]! - (q[even]! * u[k]! + u[even]! * q[k]!);
    a[line + k] = value;
    sum += value * v[k]!;
    if (k < even) product[k]! += value * v[even]!;
  }
  product[even]! += sum;
}
