import type { SparseMatrix } from "@wellbegun/core/backend";

/** Entries of a row from which copying them at once is faster than one by one. */
const LONG = 64;

/** The given rows of a sparse matrix, in that order, with entries, scales and columns as they were. */
export function selectRows(s: SparseMatrix, rows: Uint32Array): SparseMatrix {
  const offsets = new Uint32Array(rows.length + 1);
  for (let r = 0; r < rows.length; r++) {
    const row = rows[r]!;
    offsets[r + 1] = offsets[r]! + s.offsets[row + 1]! - s.offsets[row]!;
  }
  const count = offsets[rows.length]!;
  const entries = <T extends Uint32Array | Float32Array>(from: T, to: T): T => {
    for (let r = 0; r < rows.length; r++) {
      const begin = s.offsets[rows[r]!]!;
      const end = s.offsets[rows[r]! + 1]!;
      const at = offsets[r]!;
      if (end - begin >= LONG) to.set(from.subarray(begin, end), at);
      else for (let e = begin; e < end; e++) to[at + e - begin] = from[e]!;
    }
    return to;
  };
  return {
    ...s,
    rows: rows.length,
    offsets,
    indices: entries(s.indices, new Uint32Array(count)),
    values: s.values && entries(s.values, new Float32Array(count)),
    rowScale: s.rowScale && take(s.rowScale, rows),
  };
}

function take(from: Float32Array, places: Uint32Array): Float32Array {
  const taken = new Float32Array(places.length);
  for (let i = 0; i < places.length; i++) taken[i] = from[places[i]!]!;
  return taken;
}
