/** Row operations on row-major float32 arrays. */

/** x = x + bias in every row. */
export function addBias(x: Float32Array, bias: Float32Array): void {
  const columns = bias.length;
  for (let at = 0; at < x.length; at += columns) {
    for (let c = 0; c < columns; c++) x[at + c]! += bias[c]!;
  }
}

/** Row r of `out` = row `indices[r]` of `x`. */
export function gatherRows(x: Float32Array, columns: number, indices: Uint32Array, out: Float32Array): void {
  for (let r = 0; r < indices.length; r++) {
    const from = indices[r]! * columns;
    const to = r * columns;
    for (let c = 0; c < columns; c++) out[to + c] = x[from + c]!;
  }
}

/** out = x^T, where x is rows x columns. */
export function transpose(x: Float32Array, rows: number, columns: number, out: Float32Array): void {
  for (let r = 0; r < rows; r++) {
    for (let c = 0; c < columns; c++) out[c * rows + r] = x[r * columns + c]!;
  }
}
