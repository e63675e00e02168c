import type { SparseMatrix } from "@wellbegun/core/backend";

/** The given rows of a sparse matrix, in that order, with entries, scales and columns as they were. */
export function selectRows(s: SparseMatrix, rows: Uint32Array): SparseMatrix {
  const offsets = new Uint32Array(rows.length + 1);
  for (let r = 0; r < rows.length; r++) {
    const row = rows[r]!;
    offsets[r + 1] = offsets[r]! + s.offsets[row + 1]! - s.offsets[row]!;
  }
  const count = offsets[rows.length]!;
  const indices = new Uint32Array(count);
  const values = s.values && new Float32Array(count);
  const { indices: columns, values: weights } = s;
  for (let r = 0, to = 0; r < rows.length; r++) {
    const end = s.offsets[rows[r]! + 1]!;
    for (let e = s.offsets[rows[r]!]!; e < end; e++, to++) {
      indices[to] = columns[e]!;
      if (values !== undefined) values[to] = weights![e]!;
    }
  }
  return {
    ...s,
    rows: rows.length,
    offsets,
    indices,
    values,
    rowScale: s.rowScale && take(s.rowScale, rows),
  };
}

function take(from: Float32Array, places: Uint32Array): Float32Array {
  const taken = new Float32Array(places.length);
  for (let i = 0; i < places.length; i++) taken[i] = from[places[i]!]!;
  return taken;
}
