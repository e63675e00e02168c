/** A symmetric matrix A as Q T Q^T: T tridiagonal, Q a product of reflections I - u u^T / h. */
export interface Tridiagonal {
  /** n diagonal entries of T. */
  readonly diagonal: Float64Array;
  /** n entries, of which the first n - 1 are next to the diagonal, and the last is 0. */
  readonly offDiagonal: Float64Array;
  /** n x n, row-major: the first i entries of row i are the u of reflection i, which turns the first i entries. */
  readonly reflections: Float64Array;
  /** The h of each reflection; 0 where there is none. Reflections 1 .. n - 1, in this order, turn T's eigenvectors into A's. */
  readonly halves: Float64Array;
}

/**
 * Householder reduction of the symmetric n x n matrix `a` (row-major; only its lower triangle is read, and it
 * is overwritten with the reflections). Row i is reduced for i = n - 1 .. 1 by the reflection that zeroes its
 * first i - 1 entries (as EISPACK's tred1; Wilkinson and Reinsch 1971), on one triangle, which halves the work.
 * A reflection is applied when the next one is known: one sweep over the matrix applies it and multiplies with
 * the next.
 */
export function tridiagonalize(a: Float64Array, n: number, into: Tridiagonal): void {
  const { diagonal, offDiagonal, halves } = into;
  // The pending update is A = A - q u^T - u q^T.
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
    // q = p - (u^T p / 2h) u with p = A u / h; where no entry had to be zeroed, there is no update.
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

/**
 * On the leading m x m block of `a` (rows of n values), of which only the lower triangle is stored: A = A - q
 * u^T - u q^T, then product = A v. Two rows at a time, so that each value of the vectors is read once for both.
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

/**
 * Applies I - u u^T / h to the first entries, as many as `u` has, of the `count` rows of `rows` (each of n columns). Four
 * rows at a time, so that the reflection is read once for all four.
 */
export function reflectRows(u: Float64Array, h: number, rows: Float64Array, count: number, n: number): void {
  let row = 0;
  for (; row + 4 <= count; row += 4) {
    const y0 = row * n;
    const y1 = y0 + n;
    const y2 = y1 + n;
    const y3 = y2 + n;
    let dot0 = 0;
    let dot1 = 0;
    let dot2 = 0;
    let dot3 = 0;
    for (let k = 0; k < u.length; k++) {
      const x = u[k]!;
      dot0 += x * rows[y0 + k]!;
      dot1 += x * rows[y1 + k]!;
      dot2 += x * rows[y2 + k]!;
      dot3 += x * rows[y3 + k]!;
    }
    dot0 /= h;
    dot1 /= h;
    dot2 /= h;
    dot3 /= h;
    for (let k = 0; k < u.length; k++) {
      const x = u[k]!;
      rows[y0 + k]! -= dot0 * x;
      rows[y1 + k]! -= dot1 * x;
      rows[y2 + k]! -= dot2 * x;
      rows[y3 + k]! -= dot3 * x;
    }
  }
  for (; row < count; row++) takeOut(rows, row * n, u, h);
}

/** y = y - (u . y) u / h, on the entries of `rows` from `at` on, as many as `u` has. */
export function takeOut(rows: Float64Array, at: number, u: Float64Array, h: number): void {
  let dot = 0;
  for (let k = 0; k < u.length; k++) dot += u[k]! * rows[at + k]!;
  dot /= h;
  for (let k = 0; k < u.length; k++) rows[at + k]! -= dot * u[k]!;
}

/**
 * Eigenvalues of a tridiagonal matrix by implicit QL with Wilkinson shifts (EISPACK's tql1). `d`, the diagonal, becomes
 * the eigenvalues in any order; `e`, as long, starts with the off-diagonal, and is overwritten.
 */
export function tridiagonalEigenvalues(d: Float64Array, e: Float64Array): void {
  const n = d.length;
  for (let l = 0; l < n; l++) {
    // 60 rounds are far beyond what any symmetric matrix needs; the limit only ends the loop for NaN.
    for (let round = 0; round < 60; round++) {
      let m = l;
      for (; m < n - 1; m++) {
        if (Math.abs(e[m]!) <= Number.EPSILON * (Math.abs(d[m]!) + Math.abs(d[m + 1]!))) break;
      }
      if (m === l) break;
      implicitStep(d, e, l, m);
    }
  }
}

/** One implicit QL step on rows l .. m. */
function implicitStep(d: Float64Array, e: Float64Array, l: number, m: number): void {
  let g = (d[l + 1]! - d[l]!) / (2 * e[l]!);
  const root = hypotenuse(g);
  g = d[m]! - d[l]! + e[l]! / (g + (g >= 0 ? root : -root));
  let s = 1;
  let c = 1;
  let p = 0;
  for (let i = m - 1; i >= l; i--) {
    const f = s * e[i]!;
    const b = c * e[i]!;
    const r = Math.sqrt(f * f + g * g);
    e[i + 1] = r;
    if (r === 0) {
      d[i + 1]! -= p;
      e[m] = 0;
      return;
    }
    s = f / r;
    c = g / r;
    g = d[i + 1]! - p;
    const t = (d[i]! - g) * s + 2 * c * b;
    p = s * t;
    d[i + 1] = g + p;
    g = c * t - b;
  }
  d[l]! -= p;
  e[l] = g;
  e[m] = 0;
}

/** sqrt(g^2 + 1), which Math.hypot rounds differently from runtime to runtime. */
function hypotenuse(g: number): number {
  const size = Math.abs(g);
  return size > 1 ? Math.sqrt(1 + (1 / size) * (1 / size)) * size : Math.sqrt(g * g + 1);
}
