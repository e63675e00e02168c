/**
 * Eigenvalues of a tridiagonal matrix by implicit QL with Wilkinson shifts (EISPACK's tql1). `d`, the diagonal, becomes
 * the eigenvalues in any order; `e`, as long, starts with the off-diagonal, and is overwritten.
 */
export function tridiagonalEigenvalues(d: Float64Array, e: Float64Array): void {
  const n = d.length;
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
