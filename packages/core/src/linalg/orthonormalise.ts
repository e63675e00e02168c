/**
 * Makes the rows of `q` (count x n, row-major, float64) orthonormal in place by modified Gram-Schmidt, twice over
 * (which keeps them orthogonal to rounding). A row that depends on the rows before it becomes zero.
 */
export function orthonormaliseRows(q: Float64Array, count: number, n: number): void {
  for (let i = 0; i < count; i++) {
    const row = q.subarray(i * n, (i + 1) * n);
    const before = norm(row);
    for (let pass = 0; pass < 2; pass++) {
      for (let j = 0; j < i; j++) {
        const other = q.subarray(j * n, (j + 1) * n);
        let dot = 0;
        for (let k = 0; k < n; k++) dot += row[k]! * other[k]!;
        for (let k = 0; k < n; k++) row[k]! -= dot * other[k]!;
      }
    }
    const after = norm(row);
    const factor = after > before * 1e-12 && after > 0 ? 1 / after : 0;
    for (let k = 0; k < n; k++) row[k]! *= factor;
  }
}

function norm(row: Float64Array): number {
  let sum = 0;
  for (let k = 0; k < row.length; k++) sum += row[k]! * row[k]!;
  return Math.sqrt(sum);
}
