import type { Backend, Matrix, SparseMatrix } from "../../backend/backend.ts";
import type { RowTable } from "../../data/row-table.ts";
import { compactColumns, sparseColumns } from "./sparse-parts.ts";

/** Sparse matrices times a table in blocks. */
export interface SparseProduct {
  /** out = s x table (+ out, with `accumulate`). */
  into(s: SparseMatrix, out: Matrix, accumulate: boolean): Promise<void>;
  dispose(): void;
}

/** Prepares products with a table. At most `gatherRows` streamed rows are held at a time. */
export function sparseProduct(backend: Backend, table: RowTable, gatherRows: number): SparseProduct {
  const { residentBlocks, blockCount, firstRow: start, gatherInto } = table;
  const streamedFrom = start(residentBlocks);
  const positions = new Uint32Array(gatherInto === undefined ? 0 : table.rows - streamedFrom);
  const columnsOf = columnCuts();
  let gathered: Matrix | undefined;

  /** Reads only rows that the product touches; loading all blocks would read every row at every call. */
  const addStreamed = async (own: SparseMatrix, out: Matrix, accumulate: boolean): Promise<void> => {
    const compact = compactColumns(own, positions);
    try {
      const { columns } = compact;
      if (accumulate && columns.length === 0) return;
      gathered ??= await backend.create(Math.max(1, Math.min(gatherRows, own.columns)), table.columns);
      const height = gathered.rows;
      for (let first = 0; first === 0 || first < columns.length; first += height) {
        const last = Math.min(columns.length, first + height);
        const rows = columns.subarray(first, last).map((column) => streamedFrom + column);
        await gatherInto!(rows, gathered);
        const part = compact.part(first, last, height);
        await backend.multiplySparse(part, gathered, out, { accumulate: accumulate || first > 0 });
      }
    } finally {
      compact.release();
    }
  };

  return {
    into: async (s, out, accumulate) => {
      for (let block = 0; block < residentBlocks; block++) {
        const part = blockCount === 1 ? s : columnsOf(s, start(block), start(block + 1));
        await backend.multiplySparse(part, await table.load(block), out, {
          accumulate: accumulate || block > 0,
        });
      }
      if (gatherInto !== undefined) {
        await addStreamed(columnsOf(s, streamedFrom, table.rows), out, accumulate || residentBlocks > 0);
      }
    },
    dispose: () => gathered?.dispose(),
  };
}

/**
 * Cuts matrices by column. The factors of the columns, which successive matrices share, are cut once, so that a backend
 * finds its copies of them.
 */
function columnCuts(): (s: SparseMatrix, first: number, end: number) => SparseMatrix {
  const cuts = new Map<number, { readonly of: Float32Array; readonly part: Float32Array }>();
  return (s, first, end) => {
    const cut = sparseColumns(s, first, end - first);
    if (s.columnScale === undefined) return cut;
    let kept = cuts.get(first);
    if (kept?.of !== s.columnScale) {
      kept = { of: s.columnScale, part: s.columnScale.subarray(first, end) };
      cuts.set(first, kept);
    }
    return { ...cut, columnScale: kept.part };
  };
}

/** A sparse matrix times a factor, which is multiplied into its row factors. */
export function scaled(s: SparseMatrix, factor: number): SparseMatrix {
  if (factor === 1) return s;
  const rowScale = s.rowScale?.map((own) => own * factor) ?? new Float32Array(s.rows).fill(factor);
  return { ...s, rowScale };
}
