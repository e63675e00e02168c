import { reflectRows, updateAndMultiply } from "./eigen.ts";

/**
 * The steps of an eigendecomposition except inverse iteration (src/linalg/symmetric-eigen.ts describes each
 * step, src/linalg/tridiagonal.ts the methods). Outside the loops of eigen.ts, the same operations in the same
 * order as there.
 */

/** The largest magnitude of `count` float64 values, or NaN, at `out`. */
export function largestMagnitude(values: usize, count: i32, out: usize): void {
  const end = values + ((<usize>count) << 3);
  let largest: f64 = 0;
  for (let at = values; at < end; at += 8) largest = max<f64>(largest, abs<f64>(load<f64>(at)));
  store<f64>(out, largest);
}

/** Divides `count` float64 values. */
export function divideBy(values: usize, count: i32, divisor: f64): void {
  const end = values + ((<usize>count) << 3);
  for (let at = values; at < end; at += 8) store<f64>(at, load<f64>(at) / divisor);
}

/** Reduces `a` (n x n) to tridiagonal form; `room` is scratch memory of 3 n float64 zeros. */
export function tridiagonalize(
  a: usize,
  n: i32,
  diagonal: usize,
  offDiagonal: usize,
  halves: usize,
  room: usize,
): void {
  const stride = (<usize>n) << 3;
  const u = room;
  const q = u + stride;
  const product = q + stride;
  for (let i = n - 1; i >= 0; i--) {
    const at = (<usize>i) << 3;
    const row = a + <usize>i * stride;
    const ui = load<f64>(u + at);
    const qi = load<f64>(q + at);
    for (let k: usize = 0; k <= at; k += 8) {
      const update = qi * load<f64>(u + k) + ui * load<f64>(q + k);
      store<f64>(row + k, load<f64>(row + k) - update);
    }
    store<f64>(diagonal + at, load<f64>(row + at));
    if (i === 0) break;
    const beside = offDiagonal + at - 8;
    const h = reflect(row, at - 8, beside);
    store<f64>(halves + at, h);
    updateAndMultiply(a, n, i, u, q, row, product);
    memory.copy(u, row, at);
    let dot: f64 = 0;
    for (let k: usize = 0; k < at; k += 8) dot += load<f64>(row + k) * load<f64>(product + k);
    if (h === 0) {
      memory.fill(q, 0, at);
      continue;
    }
    const half = dot / (2 * h);
    for (let k: usize = 0; k < at; k += 8) {
      store<f64>(q + k, (load<f64>(product + k) - half * load<f64>(row + k)) / h);
    }
  }
}

/** Turns x into the u of the reflection that zeroes all its entries but the one `end` bytes on, which becomes `beside`. */
function reflect(x: usize, end: usize, beside: usize): f64 {
  const last = load<f64>(x + end);
  let sigma: f64 = 0;
  for (let k: usize = 0; k < end; k += 8) {
    const value = load<f64>(x + k);
    sigma += value * value;
  }
  if (sigma === 0) {
    memory.fill(x, 0, end + 8);
    store<f64>(beside, last);
    return 0;
  }
  const norm = sqrt<f64>(sigma + last * last);
  const turned = last > 0 ? -norm : norm;
  store<f64>(beside, turned);
  store<f64>(x + end, last - turned);
  return sigma + last * last - last * turned;
}

/**
 * Turns the diagonal `d` of a tridiagonal matrix into its eigenvalues; `e`, also n values, starts with the
 * off-diagonal.
 */
export function tridiagonalEigenvalues(d: usize, e: usize, n: i32): void {
  const end = (<usize>n) << 3;
  for (let l: usize = 0; l < end; l += 8) {
    for (let round = 0; round < 60; round++) {
      let m = l;
      for (; m + 8 < end; m += 8) {
        const around = abs<f64>(load<f64>(d + m)) + abs<f64>(load<f64>(d + m, 8));
        if (abs<f64>(load<f64>(e + m)) <= f64.EPSILON * around) break;
      }
      if (m === l) break;
      implicitStep(d, e, l, m);
    }
  }
}

/** One implicit QL step on rows l .. m, both in bytes. */
function implicitStep(d: usize, e: usize, l: usize, m: usize): void {
  let g = (load<f64>(d + l, 8) - load<f64>(d + l)) / (2 * load<f64>(e + l));
  const root = hypotenuse(g);
  g = load<f64>(d + m) - load<f64>(d + l) + load<f64>(e + l) / (g + (g >= 0 ? root : -root));
  let s: f64 = 1;
  let c: f64 = 1;
  let p: f64 = 0;
  for (let i = m; i > l; i -= 8) {
    // The row before i, and the off-diagonal entry between both.
    const upper = d + i - 8;
    const between = load<f64>(e + i - 8);
    const f = s * between;
    const b = c * between;
    const r = sqrt<f64>(f * f + g * g);
    store<f64>(e + i, r);
    if (r === 0) {
      store<f64>(d + i, load<f64>(d + i) - p);
      store<f64>(e + m, 0);
      return;
    }
    s = f / r;
    c = g / r;
    g = load<f64>(d + i) - p;
    const t = (load<f64>(upper) - g) * s + 2 * c * b;
    p = s * t;
    store<f64>(d + i, g + p);
    g = c * t - b;
  }
  store<f64>(d + l, load<f64>(d + l) - p);
  store<f64>(e + l, g);
  store<f64>(e + m, 0);
}

/** sqrt(g^2 + 1). */
function hypotenuse(g: f64): f64 {
  const size = abs<f64>(g);
  return size > 1 ? sqrt<f64>(1 + (1 / size) * (1 / size)) * size : sqrt<f64>(g * g + 1);
}

/** Applies reflections 1 .. n - 1 (rows of an n x n matrix) to `count` rows of `vectors`. */
export function applyReflections(
  reflections: usize,
  halves: usize,
  n: i32,
  vectors: usize,
  count: i32,
): void {
  for (let i = 1; i < n; i++) {
    const h = load<f64>(halves + ((<usize>i) << 3));
    if (h !== 0) reflectRows(reflections + <usize>i * ((<usize>n) << 3), i, h, vectors, count, n);
  }
}
