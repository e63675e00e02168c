import type { Backend, Matrix } from "../backend/backend.ts";

/** A tall matrix on a backend, in blocks of rows that each fit the device's largest matrix. */
export interface RowTable {
  readonly rows: number;
  readonly columns: number;
  readonly blockCount: number;
  /** Leading blocks that stay in memory; the others are read again each time they are loaded. */
  readonly residentBlocks: number;
  /** First row of a block; of block `blockCount`, the number of rows. */
  firstRow(block: number): number;
  load(block: number): Promise<Matrix>;
  /**
   * Fills the first rows of `into` with the given rows of the table, ascending; the rest of `into` is
   * undefined. It reads those rows only. Only tables with streamed blocks have this method.
   */
  readonly gatherInto?: ((rows: Uint32Array, into: Matrix) => Promise<void>) | undefined;
  dispose(): void;
}

/** A new table of zeros with at most `blockRows` rows in each block. */
export async function createRowTable(
  backend: Backend,
  rows: number,
  columns: number,
  blockRows: number,
): Promise<RowTable> {
  const matrices: Matrix[] = [];
  const dispose = (): void => {
    for (const matrix of matrices) matrix.dispose();
  };
  try {
    for (let first = 0; first === 0 || first < rows; first += blockRows) {
      matrices.push(await backend.create(Math.min(blockRows, rows - first), columns));
    }
  } catch (error) {
    dispose();
    throw error;
  }
  return {
    rows,
    columns,
    blockCount: matrices.length,
    residentBlocks: matrices.length,
    firstRow: (block) => Math.min(rows, block * blockRows),
    load: async (block) => matrices[block]!,
    dispose,
  };
}

/** Copies a block of rows, which starts at row `firstRow`, into a table of this layout. */
export async function copyIntoTable(
  backend: Backend,
  table: RowTable,
  firstRow: number,
  source: Matrix,
): Promise<void> {
  for (let block = 0; block < table.blockCount; block++) {
    const target = await table.load(block);
    const start = Math.max(firstRow, table.firstRow(block));
    const end = Math.min(firstRow + source.rows, table.firstRow(block) + target.rows);
    if (start >= end) continue;
    await backend.read(source, start - firstRow, end - start, async (view) => {
      // Copies the rows before writing, since the view may be in memory that moves when the backend allocates.
      const rows = view.slice();
      await backend.write(target, start - table.firstRow(block), end - start, (into) => into.set(rows));
    });
  }
}
