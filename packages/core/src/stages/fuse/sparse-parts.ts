import type { SparseMatrix } from "../../backend/backend.ts";

/** Rows `first .. first + count - 1` of a sparse matrix, as a view. */
export function sparseRows(s: SparseMatrix, first: number, count: number): SparseMatrix {
  return {
    ...s,
    rows: count,
    offsets: s.offsets.subarray(first, first + count + 1),
    rowScale: s.rowScale?.subarray(first, first + count),
  };
}

/** The entries of `s` whose column lies in `first .. first + count - 1`, columns counted from `first`. */
export function sparseColumns(s: SparseMatrix, first: number, count: number): SparseMatrix {
  const within = (column: number): number => (column < first + count ? column - first : -1);
  return { ...selectEntries(s, within, count), columnScale: s.columnScale?.subarray(first, first + count) };
}

/**
 * The entries whose column has a position from 0 on among `columns` new columns; entries with a negative
 * position are dropped.
 */
function selectEntries(
  s: SparseMatrix,
  positionOf: (column: number) => number,
  columns: number,
): SparseMatrix {
  const offsets = new Uint32Array(s.rows + 1);
  const indices = new Uint32Array(s.offsets[s.rows]! - s.offsets[0]!);
  const values = s.values === undefined ? undefined : new Float32Array(indices.length);
  let length = 0;
  for (let r = 0; r < s.rows; r++) {
    for (let e = s.offsets[r]!; e < s.offsets[r + 1]!; e++) {
      const position = positionOf(s.indices[e]!);
      if (position < 0) continue;
      if (values !== undefined) values[length] = s.values![e]!;
      indices[length++] = position;
    }
    offsets[r + 1] = length;
  }
  return {
    rows: s.rows,
    columns,
    offsets,
    indices: indices.subarray(0, length),
    values: values?.subarray(0, length),
    rowScale: s.rowScale,
  };
}

/** A sparse matrix without its empty columns. */
export interface CompactMatrix {
  /** The columns that have an entry, ascending. */
  readonly columns: Uint32Array;
  /** Entries in columns `first .. last - 1` of these, as a matrix that has `width` columns. */
  part(first: number, last: number, width: number): SparseMatrix;
}

/**
 * Finds the columns of `s` that have an entry. `positions` is scratch memory of one number for each column,
 * zeros before and after. Take the parts before it is used again, and call `release` at the end.
 */
export function compactColumns(s: SparseMatrix, positions: Uint32Array): CompactMatrix & { release(): void } {
  const columns = new Uint32Array(s.offsets[s.rows]! - s.offsets[0]!);
  let count = 0;
  for (let e = s.offsets[0]!; e < s.offsets[s.rows]!; e++) {
    const column = s.indices[e]!;
    if (positions[column] === 0) columns[count++] = column;
    positions[column] = 1;
  }
  const touched = columns.slice(0, count).sort();
  for (let position = 0; position < count; position++) positions[touched[position]!] = position + 1;
  return {
    columns: touched,
    part: (first, last, width) => {
      const positionOf = (column: number): number => {
        const position = positions[column]! - 1;
        return position >= last ? -1 : position - first;
      };
      const part = selectEntries(s, positionOf, width);
      if (s.columnScale === undefined) return part;
      const columnScale = new Float32Array(width);
      for (let position = first; position < last; position++) {
        columnScale[position - first] = s.columnScale[touched[position]!]!;
      }
      return { ...part, columnScale };
    },
    release: () => {
      for (let position = 0; position < count; position++) positions[touched[position]!] = 0;
    },
  };
}
