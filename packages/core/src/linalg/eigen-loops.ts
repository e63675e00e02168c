/** The inner loops of an eigendecomposition, in float64: nearly all of its time. */

/**
 * On the leading m x m block of `a` (n columns a row), of which only the lower triangle is there:
 * A = A - q u^T - u q^T, then product = A v. Two rows at a time, so that what is read of the vectors serves both.
 */
export function updateAndMultiply(
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
 * Makes `vector` orthogonal to the `count` unit rows of `rows`, each as long as the vector. Four rows at a time: what is
 * read of the vector serves all four.
 */
export function removeComponents(vector: Float64Array, rows: Float64Array, count: number): void {
  const n = vector.length;
  let j = 0;
  for (; j + 4 <= count; j += 4) {
    const row0 = j * n;
    const row1 = row0 + n;
    const row2 = row1 + n;
    const row3 = row2 + n;
    let dot0 = 0;
    let dot1 = 0;
    let dot2 = 0;
    let dot3 = 0;
    for (let i = 0; i < n; i++) {
      const x = vector[i]!;
      dot0 += x * rows[row0 + i]!;
      dot1 += x * rows[row1 + i]!;
      dot2 += x * rows[row2 + i]!;
      dot3 += x * rows[row3 + i]!;
    }
    for (let i = 0; i < n; i++) {
      vector[i]! -=
        dot0 * rows[row0 + i]! + dot1 * rows[row1 + i]! + (dot2 * rows[row2 + i]! + dot3 * rows[row3 + i]!);
    }
  }
  for (; j < count; j++) takeOut(vector, 0, rows.subarray(j * n, (j + 1) * n), 1);
}

/** y = y - (u . y) u / h, on the entries of `rows` from `at` on, as many as `u` has. */
function takeOut(rows: Float64Array, at: number, u: Float64Array, h: number): void {
  let dot = 0;
  for (let k = 0; k < u.length; k++) dot += u[k]! * rows[at + k]!;
  dot /= h;
  for (let k = 0; k < u.length; k++) rows[at + k]! -= dot * u[k]!;
}

/**
 * Applies I - u u^T / h to the first entries, as many as `u` has, of the `count` rows of `rows` (n columns a row). Four
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
