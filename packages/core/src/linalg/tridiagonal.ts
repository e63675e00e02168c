/** A symmetric matrix A as Q T Q^T: T tridiagonal, Q a product of reflections I - u u^T / h. */
export interface Tridiagonal {
  /** n diagonal entries of T. */
  readonly diagonal: Float64Array;
  /** n - 1 entries beside the diagonal. */
  readonly offDiagonal: Float64Array;
  /** Turns a vector y into Q y, in place. */
  backTransform(y: Float64Array): void;
}

/**
 * Householder reduction of the symmetric n x n matrix `a` (row-major; only its lower triangle is read, and it is
 * overwritten). Row i is reduced for i = n - 1 .. 1 by the reflection that zeroes its first i - 1 entries (as
 * EISPACK's tred1; Wilkinson and Reinsch 1971), on one triangle, which halves the work.
 */
export function tridiagonalise(a: Float64Array, n: number): Tridiagonal {
  const offDiagonal = new Float64Array(Math.max(0, n - 1));
  const reflections: { u: Float64Array; h: number }[] = [];
  const p = new Float64Array(n);
  for (let i = n - 1; i >= 1; i--) {
    const u = a.slice(i * n, i * n + i);
    let sigma = 0;
    for (let k = 0; k < i - 1; k++) sigma += u[k]! * u[k]!;
    const last = u[i - 1]!;
    offDiagonal[i - 1] = last;
    if (sigma === 0) continue;
    const norm = Math.sqrt(sigma + last * last);
    // The sign that does not cancel.
    const alpha = last > 0 ? -norm : norm;
    offDiagonal[i - 1] = alpha;
    u[i - 1] = last - alpha;
    const h = sigma + last * last - last * alpha;
    reflect(a, n, i, u, h, p);
    reflections.push({ u, h });
  }
  reflections.reverse();
  return {
    diagonal: Float64Array.from({ length: n }, (_, i) => a[i * n + i]!),
    offDiagonal,
    backTransform: (y) => {
      for (const { u, h } of reflections) {
        let dot = 0;
        for (let k = 0; k < u.length; k++) dot += u[k]! * y[k]!;
        dot /= h;
        for (let k = 0; k < u.length; k++) y[k]! -= dot * u[k]!;
      }
    },
  };
}

/** A = H A H on the leading i x i block: with p = A u / h and q = p - (u^T p / 2h) u, A = A - q u^T - u q^T. */
function reflect(a: Float64Array, n: number, i: number, u: Float64Array, h: number, p: Float64Array): void {
  p.fill(0, 0, i);
  for (let j = 0; j < i; j++) {
    const line = j * n;
    const uj = u[j]!;
    let sum = 0;
    for (let k = 0; k < j; k++) {
      const value = a[line + k]!;
      sum += value * u[k]!;
      p[k]! += value * uj;
    }
    p[j]! += sum + a[line + j]! * uj;
  }
  let dot = 0;
  for (let j = 0; j < i; j++) {
    p[j]! /= h;
    dot += p[j]! * u[j]!;
  }
  const half = dot / (2 * h);
  for (let j = 0; j < i; j++) p[j]! -= half * u[j]!;
  for (let j = 0; j < i; j++) {
    const line = j * n;
    const uj = u[j]!;
    const pj = p[j]!;
    for (let k = 0; k <= j; k++) a[line + k]! -= pj * u[k]! + uj * p[k]!;
  }
}

/** Eigenvalues of a tridiagonal matrix, largest first, by implicit QL with Wilkinson shifts (EISPACK's tql1). */
export function tridiagonalEigenvalues({ diagonal, offDiagonal }: Tridiagonal): Float64Array {
  const n = diagonal.length;
  const d = diagonal.slice();
  const e = new Float64Array(n);
  e.set(offDiagonal);
  for (let l = 0; l < n; l++) {
    // 60 rounds are far beyond what any symmetric matrix needs; the limit only keeps NaN from looping for ever.
    for (let round = 0; round < 60; round++) {
      let m = l;
      for (; m < n - 1; m++) {
        if (Math.abs(e[m]!) <= Number.EPSILON * (Math.abs(d[m]!) + Math.abs(d[m + 1]!))) break;
      }
      if (m === l) break;
      implicitStep(d, e, l, m);
    }
  }
  return d.sort().reverse();
}

/** One implicit QL step on rows l .. m. */
function implicitStep(d: Float64Array, e: Float64Array, l: number, m: number): void {
  let g = (d[l + 1]! - d[l]!) / (2 * e[l]!);
  const root = Math.hypot(g, 1);
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
