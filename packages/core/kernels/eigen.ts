import { sum64 } from "./simd.ts";

/**
 * The inner loops of an eigendecomposition, as in src/linalg/tridiagonal.ts, two float64 lanes at a time. Only
 * plain instructions: the same bits on every runtime.
 */

/**
 * On the leading m x m block of `a` (rows of n values), of which only the lower triangle is stored: A = A - q
 * u^T - u q^T, then product = A v. Two rows at a time, so that each value of the vectors is read once for both.
 */
export function updateAndMultiply(
  a: usize,
  n: i32,
  m: i32,
  u: usize,
  q: usize,
  v: usize,
  product: usize,
): void {
  memory.fill(product, 0, (<usize>m) << 3);
  for (let j = 0; j + 1 < m; j += 2) updateTwo(a + <usize>j * ((<usize>n) << 3), n, j, u, q, v, product);
  if ((m & 1) === 1) updateOne(a + <usize>(m - 1) * ((<usize>n) << 3), m - 1, u, q, v, product);
}

function updateTwo(row: usize, n: i32, j: i32, u: usize, q: usize, v: usize, product: usize): void {
  const at = (<usize>j) << 3;
  const below = (<usize>n) << 3;
  const u0 = f64x2.splat(load<f64>(u + at));
  const u1 = f64x2.splat(load<f64>(u + at, 8));
  const q0 = f64x2.splat(load<f64>(q + at));
  const q1 = f64x2.splat(load<f64>(q + at, 8));
  const v0 = f64x2.splat(load<f64>(v + at));
  const v1 = f64x2.splat(load<f64>(v + at, 8));
  let sum0 = f64x2.splat(0);
  let sum1 = sum0;
  // j is even, so the loop handles pairs only.
  for (let k: usize = 0; k < at; k += 16) {
    const uk = v128.load(u + k);
    const qk = v128.load(q + k);
    const vk = v128.load(v + k);
    const first = row + k;
    const second = first + below;
    const a0 = f64x2.sub(v128.load(first), f64x2.add(f64x2.mul(q0, uk), f64x2.mul(u0, qk)));
    const a1 = f64x2.sub(v128.load(second), f64x2.add(f64x2.mul(q1, uk), f64x2.mul(u1, qk)));
    v128.store(first, a0);
    v128.store(second, a1);
    sum0 = f64x2.add(sum0, f64x2.mul(a0, vk));
    sum1 = f64x2.add(sum1, f64x2.mul(a1, vk));
    const both = f64x2.add(f64x2.mul(a0, v0), f64x2.mul(a1, v1));
    v128.store(product + k, f64x2.add(v128.load(product + k), both));
  }
  const uj = f64x2.extract_lane(u0, 0);
  const qj = f64x2.extract_lane(q0, 0);
  const vj = f64x2.extract_lane(v0, 0);
  const ub = f64x2.extract_lane(u1, 0);
  const qb = f64x2.extract_lane(q1, 0);
  const vb = f64x2.extract_lane(v1, 0);
  const corner = row + at;
  const corner0 = load<f64>(corner) - 2 * qj * uj;
  const beside = load<f64>(corner + below) - (qb * uj + ub * qj);
  const corner1 = load<f64>(corner + below, 8) - 2 * qb * ub;
  store<f64>(corner, corner0);
  store<f64>(corner + below, beside);
  store<f64>(corner + below, corner1, 8);
  const out = product + at;
  store<f64>(out, load<f64>(out) + (sum64(sum0) + corner0 * vj + beside * vb));
  store<f64>(out, load<f64>(out, 8) + (sum64(sum1) + beside * vj + corner1 * vb), 8);
}

/** The last row of a block with an odd number of them. */
function updateOne(row: usize, j: i32, u: usize, q: usize, v: usize, product: usize): void {
  const at = (<usize>j) << 3;
  const uj = load<f64>(u + at);
  const qj = load<f64>(q + at);
  const vj = load<f64>(v + at);
  let sum: f64 = 0;
  for (let k: usize = 0; k <= at; k += 8) {
    const value = load<f64>(row + k) - (qj * load<f64>(u + k) + uj * load<f64>(q + k));
    store<f64>(row + k, value);
    sum += value * load<f64>(v + k);
    if (k < at) store<f64>(product + k, load<f64>(product + k) + value * vj);
  }
  store<f64>(product + at, load<f64>(product + at) + sum);
}

/** Makes `vector` (n float64) orthogonal to `count` unit rows, four rows at a time, then the rest one by one. */
export function removeComponents(vector: usize, n: i32, rows: usize, count: i32): void {
  const stride = (<usize>n) << 3;
  let row = 0;
  for (; row + 4 <= count; row += 4) takeFour(vector, rows + <usize>row * stride, stride, n);
  for (; row < count; row++) takeOne(vector, rows + <usize>row * stride, n, 1);
}

/** Applies I - u u^T / h to the first `length` entries of `count` rows of n float64. */
export function reflectRows(u: usize, length: i32, h: f64, rows: usize, count: i32, n: i32): void {
  const stride = (<usize>n) << 3;
  let row = 0;
  for (; row + 2 <= count; row += 2) reflectTwo(u, length, h, rows + <usize>row * stride, stride);
  if (row < count) takeOne(rows + <usize>row * stride, u, length, h);
}

/**
 * vector = vector - (row . vector) row, summed over four rows, with all products computed before any is
 * subtracted.
 */
function takeFour(vector: usize, row0: usize, stride: usize, n: i32): void {
  const row1 = row0 + stride;
  const row2 = row1 + stride;
  const row3 = row2 + stride;
  const even = (<usize>(n & ~1)) << 3;
  let s0 = f64x2.splat(0);
  let s1 = s0;
  let s2 = s0;
  let s3 = s0;
  for (let k: usize = 0; k < even; k += 16) {
    const x = v128.load(vector + k);
    s0 = f64x2.add(s0, f64x2.mul(x, v128.load(row0 + k)));
    s1 = f64x2.add(s1, f64x2.mul(x, v128.load(row1 + k)));
    s2 = f64x2.add(s2, f64x2.mul(x, v128.load(row2 + k)));
    s3 = f64x2.add(s3, f64x2.mul(x, v128.load(row3 + k)));
  }
  let dot0 = sum64(s0);
  let dot1 = sum64(s1);
  let dot2 = sum64(s2);
  let dot3 = sum64(s3);
  if ((n & 1) === 1) {
    const x = load<f64>(vector + even);
    dot0 += x * load<f64>(row0 + even);
    dot1 += x * load<f64>(row1 + even);
    dot2 += x * load<f64>(row2 + even);
    dot3 += x * load<f64>(row3 + even);
  }
  s0 = f64x2.splat(dot0);
  s1 = f64x2.splat(dot1);
  s2 = f64x2.splat(dot2);
  s3 = f64x2.splat(dot3);
  for (let k: usize = 0; k < even; k += 16) {
    const low = f64x2.add(f64x2.mul(s0, v128.load(row0 + k)), f64x2.mul(s1, v128.load(row1 + k)));
    const high = f64x2.add(f64x2.mul(s2, v128.load(row2 + k)), f64x2.mul(s3, v128.load(row3 + k)));
    v128.store(vector + k, f64x2.sub(v128.load(vector + k), f64x2.add(low, high)));
  }
  if ((n & 1) === 1) {
    const low = dot0 * load<f64>(row0 + even) + dot1 * load<f64>(row1 + even);
    const high = dot2 * load<f64>(row2 + even) + dot3 * load<f64>(row3 + even);
    store<f64>(vector + even, load<f64>(vector + even) - (low + high));
  }
}

/** vector = vector - (row . vector) row / h. */
function takeOne(vector: usize, row: usize, n: i32, h: f64): void {
  const even = (<usize>(n & ~1)) << 3;
  let sum = f64x2.splat(0);
  for (let k: usize = 0; k < even; k += 16) {
    sum = f64x2.add(sum, f64x2.mul(v128.load(vector + k), v128.load(row + k)));
  }
  let dot = sum64(sum);
  if ((n & 1) === 1) dot += load<f64>(vector + even) * load<f64>(row + even);
  dot /= h;
  sum = f64x2.splat(dot);
  for (let k: usize = 0; k < even; k += 16) {
    v128.store(vector + k, f64x2.sub(v128.load(vector + k), f64x2.mul(sum, v128.load(row + k))));
  }
  if ((n & 1) === 1) store<f64>(vector + even, load<f64>(vector + even) - dot * load<f64>(row + even));
}

/** Two rows at a time, so that the reflection is read once for both. */
function reflectTwo(u: usize, length: i32, h: f64, row0: usize, stride: usize): void {
  const row1 = row0 + stride;
  const even = (<usize>(length & ~1)) << 3;
  let s0 = f64x2.splat(0);
  let s1 = s0;
  for (let k: usize = 0; k < even; k += 16) {
    const x = v128.load(u + k);
    s0 = f64x2.add(s0, f64x2.mul(x, v128.load(row0 + k)));
    s1 = f64x2.add(s1, f64x2.mul(x, v128.load(row1 + k)));
  }
  let dot0 = sum64(s0);
  let dot1 = sum64(s1);
  if ((length & 1) === 1) {
    const x = load<f64>(u + even);
    dot0 += x * load<f64>(row0 + even);
    dot1 += x * load<f64>(row1 + even);
  }
  dot0 /= h;
  dot1 /= h;
  s0 = f64x2.splat(dot0);
  s1 = f64x2.splat(dot1);
  for (let k: usize = 0; k < even; k += 16) {
    const x = v128.load(u + k);
    v128.store(row0 + k, f64x2.sub(v128.load(row0 + k), f64x2.mul(s0, x)));
    v128.store(row1 + k, f64x2.sub(v128.load(row1 + k), f64x2.mul(s1, x)));
  }
  if ((length & 1) === 1) {
    const x = load<f64>(u + even);
    store<f64>(row0 + even, load<f64>(row0 + even) - dot0 * x);
    store<f64>(row1 + even, load<f64>(row1 + even) - dot1 * x);
  }
}
