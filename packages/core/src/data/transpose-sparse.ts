import type { SparseMatrix } from "../backend/backend.ts";

/**
 * The transpose of a sparse matrix, with its scales exchanged. Within a row of the result the entries keep the order of
 * the rows that they come from, so that the columns ascend.
 */
export function transposeSparse(s: SparseMatrix): SparseMatrix {
  const first = s.offsets[0]!;
  const end = s.offsets[s.rows]!;
  const offsets = new Uint32Array(s.columns + 1);
  for (let e = first; e < end; e++) offsets[s.indices[e]! + 1]!++;
  for (let c = 0; c < s.columns; c++) offsets[c + 1]! += offsets[c]!;
  const next = offsets.slice();
  const indices = new Uint32Array(end - first);
  const values = s.values === undefined ? undefined : new Float32Array(end - first);
  for (let r = 0; r < s.rows; r++) {
    for (let e = s.offsets[r]!; e < s.offsets[r + 1]!; e++) {
      const at = next[s.indices[e]!]!++;
      indices[at] = r;
      if (values !== undefined) values[at] = s.values![e]!;
    }
  }
  return {
    rows: s.columns,
    columns: s.rows,
    offsets,
    indices,
    values,
    rowScale: s.columnScale,
    columnScale: s.rowScale,
  };
}
