import type { SparseMatrix } from "../backend/backend.ts";

/**
 * The transpose of a sparse matrix, with its scales exchanged. Within a row of the result the entries keep the order of
 * the rows that they come from, so that the columns ascend.
 */
export function transposeSparse(s: SparseMatrix): SparseMatrix {
  const { rows, columns, values: weights, indices: of } = s;
  const first = s.offsets[0]!;
  const end = s.offsets[rows]!;
  const offsets = new Uint32Array(columns + 1);
  for (let e = first; e < end; e++) offsets[of[e]! + 1]!++;
  for (let c = 0; c < columns; c++) offsets[c + 1]! += offsets[c]!;
  const next = offsets.slice();
  const indices = new Uint32Array(end - first);
  const values = weights && new Float32Array(end - first);
  for (let r = 0; r < rows; r++) {
    const last = s.offsets[r + 1]!;
    for (let e = s.offsets[r]!; e < last; e++) {
      const at = next[of[e]!]!++;
      indices[at] = r;
      if (values !== undefined) values[at] = weights![e]!;
    }
  }
  return {
    rows: columns,
    columns: rows,
    offsets,
    indices,
    values,
    rowScale: s.columnScale,
    columnScale: s.rowScale,
  };
}
