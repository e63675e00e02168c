import type { Backend, Matrix, SparseMatrix } from "../../backend/backend.ts";
import type { RowTable } from "../../data/row-table.ts";
import { compactColumns, sparseColumns, sparseRows } from "./sparse-parts.ts";

/** A sparse matrix times a table in blocks, some rows of the product at a time. */
export interface SparseProduct {
  /** out = factor x rows `firstRow ..` of the product (+ out, with `accumulate`), as many as `out` has. */
  into(out: Matrix, firstRow: number, factor: number, accumulate: boolean): Promise<void>;
  dispose(): void;
}

/** Prepares `s x table`. At most `gatherRows` streamed rows are held at a time. */
export function sparseProduct(
  backend: Backend,
  s: SparseMatrix,
  table: RowTable,
  gatherRows: number,
): SparseProduct {
  const { residentBlocks, blockCount, firstRow: start, gatherInto } = table;
  // Cut by column once: every block of rows shares the parts' arrays, and a backend keeps its copies of them.
  const columnsOf = (first: number, end: number): SparseMatrix => sparseColumns(s, first, end - first);
  const parts = Array.from({ length: residentBlocks }, (_, block) =>
    blockCount === 1 ? s : columnsOf(start(block), start(block + 1)),
  );
  const streamedFrom = start(residentBlocks);
  const streamed = gatherInto === undefined ? undefined : columnsOf(streamedFrom, table.rows);
  const positions = new Uint32Array(streamed?.columns ?? 0);
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
    into: async (out, firstRow, factor, accumulate) => {
      const own = (part: SparseMatrix): SparseMatrix => scaled(sparseRows(part, firstRow, out.rows), factor);
      for (const [block, part] of parts.entries()) {
        await backend.multiplySparse(own(part), await table.load(block), out, {
          accumulate: accumulate || block > 0,
        });
      }
      if (streamed !== undefined) await addStreamed(own(streamed), out, accumulate || parts.length > 0);
    },
    dispose: () => gathered?.dispose(),
  };
}

/** A sparse matrix times a factor, which is multiplied into its row factors. */
export function scaled(s: SparseMatrix, factor: number): SparseMatrix {
  if (factor === 1) return s;
  const rowScale = s.rowScale?.map((own) => own * factor) ?? new Float32Array(s.rows).fill(factor);
  return { ...s, rowScale };
}
