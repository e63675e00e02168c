/** Eigenvalues and eigenvectors of a symmetric matrix, in float64. */
export interface SymmetricEigen {
  /** Eigenvalues, largest first. */
  readonly values: Float64Array;
  /** n x n, row-major: ROW j is the unit eigenvector of `values[j]`. */
  readonly vectors: Float64Array;
}

/**
 * Decomposes the symmetric n x n matrix `a` (row-major; only read): Householder reduction to tridiagonal form, then
 * implicit QL (EISPACK's tred2 and tql2; Wilkinson and Reinsch 1971). Vectors are kept as rows, so that every inner
 * loop runs along memory.
 */
export function symmetricEigen(a: Float64Array, n: number): SymmetricEigen {
  const v = a.slice();
  const diagonal = new Float64Array(n);
  const offDiagonal = new Float64Array(n);
  tridiagonalise(v, n, diagonal, offDiagonal);
  implicitQl(v, n, diagonal, offDiagonal);
  const order = Array.from(diagonal.keys()).sort((i, j) => diagonal[j]! - diagonal[i]! || i - j);
  const vectors = new Float64Array(n * n);
  order.forEach((from, to) => {
    vectors.set(v.subarray(from * n, (from + 1) * n), to * n);
  });
  return { values: Float64Array.from(order, (i) => diagonal[i]!), vectors };
}

/**
 * Reduces `v` to tridiagonal form; afterwards `v`'s rows are the transposed product of the reflections. Row i is
 * reduced for i = n - 1 .. 1 by the reflection I - u u^T / h that zeroes its first i - 1 entries.
 */
function tridiagonalise(v: Float64Array, n: number, d: Float64Array, e: Float64Array): void {
  const reflections: { u: Float64Array; h: number }[] = [];
  const p = new Float64Array(n);
  for (let i = n - 1; i >= 1; i--) {
    const row = v.subarray(i * n, i * n + i);
    let sigma = 0;
    for (let k = 0; k < i - 1; k++) sigma += row[k]! * row[k]!;
    const last = row[i - 1]!;
    if (sigma === 0) {
      e[i] = last;
      continue;
    }
    const norm = Math.sqrt(sigma + last * last);
    const alpha = last > 0 ? -norm : norm;
    e[i] = alpha;
    const u = row.slice();
    u[i - 1] = last - alpha;
    const h = sigma + last * last - last * alpha;
    // p = A u / h, K = u^T p / 2h, q = p - K u, A = A - q u^T - u q^T on the leading i x i block.
    let k2 = 0;
    for (let j = 0; j < i; j++) {
      const line = j * n;
      let sum = 0;
      for (let k = 0; k < i; k++) sum += v[line + k]! * u[k]!;
      p[j] = sum / h;
      k2 += p[j]! * u[j]!;
    }
    const half = k2 / (2 * h);
    for (let j = 0; j < i; j++) p[j]! -= half * u[j]!;
    for (let j = 0; j < i; j++) {
      const line = j * n;
      const uj = u[j]!;
      const pj = p[j]!;
      for (let k = 0; k < i; k++) v[line + k]! -= pj * u[k]! + uj * p[k]!;
    }
    reflections.push({ u, h });
  }
  for (let i = 0; i < n; i++) d[i] = v[i * n + i]!;

  // A = Q T Q^T with Q = H_(n-1) ... H_1. The rows of Q^T are built from the smallest reflection up, since H_i only
  // touches the first i columns.
  v.fill(0);
  for (let i = 0; i < n; i++) v[i * n + i] = 1;
  for (const { u, h } of reflections.reverse()) {
    const m = u.length;
    for (let j = 0; j < n; j++) {
      const line = j * n;
      let sum = 0;
      for (let k = 0; k < m; k++) sum += v[line + k]! * u[k]!;
      if (sum === 0) continue;
      sum /= h;
      for (let k = 0; k < m; k++) v[line + k]! -= sum * u[k]!;
    }
  }
}

/** Diagonalises the tridiagonal matrix (d, e) by implicit QL with Wilkinson shifts, rotating the rows of `v` along. */
function implicitQl(v: Float64Array, n: number, d: Float64Array, e: Float64Array): void {
  for (let i = 1; i < n; i++) e[i - 1] = e[i]!;
  if (n > 0) e[n - 1] = 0;
  for (let l = 0; l < n; l++) {
    // 60 rounds are far beyond what any symmetric matrix needs; the limit only keeps NaN from looping for ever.
    for (let round = 0; round < 60; round++) {
      let m = l;
      for (; m < n - 1; m++) {
        if (Math.abs(e[m]!) <= Number.EPSILON * (Math.abs(d[m]!) + Math.abs(d[m + 1]!))) break;
      }
      if (m === l) break;
      let g = (d[l + 1]! - d[l]!) / (2 * e[l]!);
      let r = Math.hypot(g, 1);
      g = d[m]! - d[l]! + e[l]! / (g + (g >= 0 ? r : -r));
      let s = 1;
      let c = 1;
      let p = 0;
      let i = m - 1;
      for (; i >= l; i--) {
        const f = s * e[i]!;
        const b = c * e[i]!;
        r = Math.sqrt(f * f + g * g);
        e[i + 1] = r;
        if (r === 0) {
          d[i + 1]! -= p;
          e[m] = 0;
          break;
        }
        s = f / r;
        c = g / r;
        g = d[i + 1]! - p;
        r = (d[i]! - g) * s + 2 * c * b;
        p = s * r;
        d[i + 1] = g + p;
        g = c * r - b;
        rotateRows(v, n, i, s, c);
      }
      if (r === 0 && i >= l) continue;
      d[l]! -= p;
      e[l] = g;
      e[m] = 0;
    }
  }
}

function rotateRows(v: Float64Array, n: number, i: number, s: number, c: number): void {
  const upper = i * n;
  const lower = upper + n;
  for (let k = 0; k < n; k++) {
    const x = v[upper + k]!;
    const y = v[lower + k]!;
    v[lower + k] = s * x + c * y;
    v[upper + k] = c * x - s * y;
  }
}
