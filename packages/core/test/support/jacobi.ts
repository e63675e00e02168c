/** Eigenvalues (largest first) and eigenvectors (rows) of a symmetric matrix. */
export interface Eigen {
  readonly values: number[];
  readonly vectors: number[][];
}

/** Cyclic Jacobi rotations until the matrix is diagonal: slow and simple, and unlike core's tridiagonal QL. */
export function jacobi(matrix: readonly (readonly number[])[]): Eigen {
  const n = matrix.length;
  const a = matrix.map((row) => [...row]);
  const v = a.map((_, i) => a.map((__, j) => (i === j ? 1 : 0)));
  const size = Math.sqrt(a.flat().reduce((sum, x) => sum + x * x, 0));
  for (let sweep = 0; sweep < 60; sweep++) {
    let off = 0;
    for (let p = 0; p < n; p++) {
      for (let q = p + 1; q < n; q++) {
        off = Math.max(off, Math.abs(a[p]![q]!));
        if (a[p]![q] !== 0) rotate(a, v, p, q);
      }
    }
    if (off <= 1e-15 * size) break;
  }
  const order = a.map((_, i) => i).sort((i, j) => a[j]![j]! - a[i]![i]!);
  return { values: order.map((i) => a[i]![i]!), vectors: order.map((i) => v[i]!) };
}

/** Zeroes a[p][q] by a rotation of the plane (p, q); rows of `v` turn along. */
function rotate(a: number[][], v: number[][], p: number, q: number): void {
  const theta = (a[q]![q]! - a[p]![p]!) / (2 * a[p]![q]!);
  const t = (theta >= 0 ? 1 : -1) / (Math.abs(theta) + Math.sqrt(theta * theta + 1));
  const c = 1 / Math.sqrt(t * t + 1);
  const s = t * c;
  turn(a[p]!, a[q]!, c, s);
  for (const row of a) {
    const [x, y] = [row[p]!, row[q]!];
    row[p] = c * x - s * y;
    row[q] = s * x + c * y;
  }
  a[p]![q] = 0;
  a[q]![p] = 0;
  turn(v[p]!, v[q]!, c, s);
}

function turn(x: number[], y: number[], c: number, s: number): void {
  for (let k = 0; k < x.length; k++) {
    const [before, other] = [x[k]!, y[k]!];
    x[k] = c * before - s * other;
    y[k] = s * before + c * other;
  }
}

/** Inner products of all pairs of rows. */
export function gramOfRows(rows: readonly (readonly number[])[]): number[][] {
  const n = rows.length;
  const result = rows.map(() => new Array<number>(n).fill(0));
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = 0;
      for (let c = 0; c < rows[i]!.length; c++) sum += rows[i]![c]! * rows[j]![c]!;
      result[i]![j] = sum;
      result[j]![i] = sum;
    }
  }
  return result;
}

/** Columns as rows. */
export function transposed(rows: readonly (readonly number[])[]): number[][] {
  return rows[0]!.map((_, c) => rows.map((row) => row[c]!));
}
