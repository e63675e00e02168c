import type { Backend, Matrix, SparseMatrix } from "../backend/backend.ts";
import type { RowTable } from "../data/row-table.ts";
import { sparseColumns, sparseSubset, touchedColumns } from "./aggregate.ts";

/** How {@link multiplyTable} goes about it. */
export interface MultiplyTableOptions {
  /** Add to `out` instead of overwriting it. */
  readonly accumulate: boolean;
  /** Of streamed rows, at most so many are held at a time. */
  readonly gatherRows: number;
}

/** out = s x table (+ out), for a table in blocks. */
export async function multiplyTable(
  backend: Backend,
  s: SparseMatrix,
  table: RowTable,
  out: Matrix,
  options: MultiplyTableOptions,
): Promise<void> {
  let { accumulate } = options;
  const { gatherInto } = table;
  if (gatherInto !== undefined) {
    await multiplyGathered(backend, s, table.columns, gatherInto, out, options);
    return;
  }
  for (let block = 0; block < table.blockCount; block++) {
    const rows = await table.load(block);
    const part = table.blockCount === 1 ? s : sparseColumns(s, table.firstRow(block), rows.rows);
    await backend.multiplySparse(part, rows, out, { accumulate });
    accumulate = true;
  }
}

/**
 * The same over streamed rows: only those that `s` touches are read, some at a time, where going through all blocks
 * would read every row for every block of users.
 */
async function multiplyGathered(
  backend: Backend,
  s: SparseMatrix,
  columns: number,
  gatherInto: (rows: Uint32Array, into: Matrix) => Promise<void>,
  out: Matrix,
  { accumulate, gatherRows }: MultiplyTableOptions,
): Promise<void> {
  const touched = touchedColumns(s);
  const gathered = await backend.create(Math.max(1, Math.min(gatherRows, touched.length)), columns);
  try {
    for (let first = 0; first === 0 || first < touched.length; first += gathered.rows) {
      const rows = touched.subarray(first, first + gathered.rows);
      await gatherInto(rows, gathered);
      const part = sparseSubset(s, rows, gathered.rows);
      await backend.multiplySparse(part, gathered, out, { accumulate: accumulate || first > 0 });
    }
  } finally {
    gathered.dispose();
  }
}
