import type { SparseMatrix } from "../backend.ts";

/** Writes (or adds) `s x` into `out`, s.rows x columns. Each row is summed in float64, in the order of its entries. */
export function multiplySparse(
  s: SparseMatrix,
  x: Float32Array,
  columns: number,
  out: Float32Array,
  accumulate: boolean,
): void {
  const { offsets } = s;
  const sum = new Float64Array(columns);
  for (let r = 0; r < s.rows; r++) {
    const to = r * columns;
    const end = offsets[r + 1]!;
    let e = offsets[r]!;
    if (e === end) {
      if (!accumulate) out.fill(0, to, to + columns);
      continue;
    }
    sum.fill(0);
    for (; e + 4 <= end; e += 4) addFour(s, e, x, columns, sum);
    for (; e < end; e++) addOne(s, e, x, columns, sum);
    const factor = s.rowScale === undefined ? 1 : s.rowScale[r]!;
    if (accumulate) for (let c = 0; c < columns; c++) out[to + c]! += factor * sum[c]!;
    else for (let c = 0; c < columns; c++) out[to + c] = factor * sum[c]!;
  }
}

/** The weight of entry e without its row's factor. */
function weight(s: SparseMatrix, e: number): number {
  const value = s.values === undefined ? 1 : s.values[e]!;
  return s.columnScale === undefined ? value : value * s.columnScale[s.indices[e]!]!;
}

function addOne(s: SparseMatrix, e: number, x: Float32Array, columns: number, sum: Float64Array): void {
  const w = weight(s, e);
  const p = s.indices[e]! * columns;
  for (let c = 0; c < columns; c++) sum[c]! += w * x[p + c]!;
}

// Four entries share one load and one store of each sum; the additions keep the order of the entries.
function addFour(s: SparseMatrix, e: number, x: Float32Array, columns: number, sum: Float64Array): void {
  const w0 = weight(s, e);
  const w1 = weight(s, e + 1);
  const w2 = weight(s, e + 2);
  const w3 = weight(s, e + 3);
  const p0 = s.indices[e]! * columns;
  const p1 = s.indices[e + 1]! * columns;
  const p2 = s.indices[e + 2]! * columns;
  const p3 = s.indices[e + 3]! * columns;
  for (let c = 0; c < columns; c++) {
    sum[c] = sum[c]! + w0 * x[p0 + c]! + w1 * x[p1 + c]! + w2 * x[p2 + c]! + w3 * x[p3 + c]!;
  }
}
