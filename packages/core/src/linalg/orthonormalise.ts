import { addScaledRow, dotRows } from "./rows.ts";

/** Below this share of a row's length, what is left of it is too inexact to be orthogonal: it is made so once more. */
const cancelled = 0.1;

/**
 * Makes the rows of `q` (count x n, row-major, float64) orthonormal in place by modified Gram-Schmidt, with a second pass
 * where the first took most of a row away (Kahan and Parlett: twice is enough). A row that depends on the rows before it
 * becomes zero.
 */
export function orthonormaliseRows(q: Float64Array, count: number, n: number): void {
  for (let i = 0; i < count; i++) {
    const before = Math.sqrt(dotRows(q, i, q, i, n));
    let length = before;
    for (let pass = 0; pass < 3; pass++) {
      const start = length;
      for (let j = 0; j < i; j++) addScaledRow(q, i, -dotRows(q, i, q, j, n), q, j, n);
      length = Math.sqrt(dotRows(q, i, q, i, n));
      if (length > cancelled * start) break;
    }
    const factor = length > before * 1e-12 && length > 0 ? 1 / length : 0;
    for (let k = i * n; k < (i + 1) * n; k++) q[k]! *= factor;
  }
}
