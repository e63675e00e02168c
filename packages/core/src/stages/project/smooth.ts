import type { Backend, Matrix } from "../../backend/backend.ts";
import type { Adjacency } from "../../data/adjacency.ts";
import type { RowTable } from "../../data/row-table.ts";
import { sparseRows } from "../fuse/sparse-parts.ts";
import { sparseProduct } from "../fuse/sparse-product.ts";

/** Most users in a block of the adjacency; the block's product with the item table is held at once. */
export const smoothingUsers = 65_536;

/** Smoothing of item rows over co-occurrences: x becomes x + weight R^^T (R^ x), R^ = D_u^-1/2 R D_i^-1/2. */
export interface Smoothing {
  /** a: the weight of the vectors of co-occurring items. */
  readonly weight: number;
  /** R^ and its transpose, in blocks of users. */
  readonly adjacency: Adjacency;
}

/**
 * Values that smoothing a table of `columns` columns holds besides it: its sums, a block of users, and R^ by
 * item.
 */
export function smoothingDemand(size: SmoothingSize, columns: number): number {
  return (size.items + Math.min(size.users, smoothingUsers)) * columns + size.interactions + size.items;
}

/** What {@link smoothingDemand} depends on. */
export interface SmoothingSize {
  readonly users: number;
  readonly items: number;
  readonly interactions: number;
}

/**
 * Smooths a table of items, all of whose blocks are in memory, in place: rows of items that are touched
 * together become more similar. An item without interactions keeps its row.
 */
export async function smoothTable(
  backend: Backend,
  table: RowTable,
  { weight, adjacency }: Smoothing,
): Promise<void> {
  const { rows, columns, blockCount } = table;
  const sums: Matrix[] = [];
  const product = sparseProduct(backend, table, rows);
  let users: Matrix | undefined;
  try {
    for (let block = 0; block < blockCount; block++) {
      sums.push(await backend.create(table.firstRow(block + 1) - table.firstRow(block), columns));
    }
    for await (const { rows: own, transposed } of adjacency) {
      if (users?.rows !== own.rows) {
        users?.dispose();
        users = await backend.create(own.rows, columns);
      }
      await product.into(own, users, false);
      for (const [block, sum] of sums.entries()) {
        const part = sparseRows(transposed, table.firstRow(block), sum.rows);
        await backend.multiplySparse(part, users, sum, { accumulate: true });
      }
    }
    for (const [block, sum] of sums.entries()) await backend.addScaled(await table.load(block), sum, weight);
  } finally {
    for (const sum of sums) sum.dispose();
    users?.dispose();
    product.dispose();
  }
}
