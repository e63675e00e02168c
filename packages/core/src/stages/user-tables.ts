import type { Backend, Matrix, SparseMatrix } from "../backend/backend.ts";
import type { RowTable } from "../data/row-table.ts";
import { upload } from "../data/upload.ts";
import { type Aggregation, sparseColumns, sparseRows, sparseSubset, touchedColumns } from "./aggregate.ts";
import type { Combination } from "./combine.ts";

/** One modality on its way into the user tables. */
export interface UserTerms {
  readonly modality: string;
  readonly aggregation: Aggregation;
  /** Items of this modality, projected or as prepared: I x d_m. */
  readonly items: RowTable;
  /** Centroids in the same space, and the mean item as the last row: (K + 1) x d_m, row-major. */
  readonly points: Float32Array;
  readonly clusters: number;
}

/** A block of every user table; the caller disposes of the matrices. */
export interface UserBlock {
  readonly fused: Matrix;
  readonly perModality: Readonly<Record<string, Matrix>>;
}

/** Computes blocks of the user tables: local term, plus global term, modality by modality, and their combination. */
export interface UserTableMaker {
  make(firstRow: number, rows: number): Promise<UserBlock>;
  dispose(): void;
}

/**
 * Brings the centroids to the backend and returns what makes the tables. Of streamed items, at most `gatherRows` are held
 * at a time.
 */
export async function createUserTableMaker(
  backend: Backend,
  terms: readonly UserTerms[],
  combination: Combination,
  gatherRows: number,
): Promise<UserTableMaker> {
  const points: Matrix[] = [];
  const dispose = (): void => {
    for (const matrix of points) matrix.dispose();
  };
  try {
    for (const term of terms) {
      points.push(await upload(backend, term.points, term.clusters + 1, term.items.columns));
    }
  } catch (error) {
    dispose();
    throw error;
  }
  const make = async (firstRow: number, rows: number): Promise<UserBlock> => {
    const made: Matrix[] = [];
    try {
      const fused = await backend.create(rows, combination.width);
      made.push(fused);
      const perModality: Record<string, Matrix> = {};
      for (const [index, term] of terms.entries()) {
        const table = await backend.create(rows, term.items.columns);
        made.push(table);
        const { local, global } = term.aggregation;
        if (local !== undefined)
          await addLocal(backend, sparseRows(local, firstRow, rows), term.items, table, gatherRows);
        await backend.multiplySparse(sparseRows(global, firstRow, rows), points[index]!, table, {
          accumulate: true,
        });
        const { weight, column } = combination.placements[index]!;
        await backend.addScaled(fused, table, weight, column);
        perModality[term.modality] = table;
      }
      return { fused, perModality };
    } catch (error) {
      for (const matrix of made) matrix.dispose();
      throw error;
    }
  };
  return { make, dispose };
}

async function addLocal(
  backend: Backend,
  local: SparseMatrix,
  items: RowTable,
  table: Matrix,
  gatherRows: number,
): Promise<void> {
  if (items.gatherInto !== undefined) {
    await addGathered(backend, local, items, items.gatherInto, table, gatherRows);
    return;
  }
  if (items.blockCount === 1) {
    await backend.multiplySparse(local, await items.load(0), table);
    return;
  }
  for (let block = 0; block < items.blockCount; block++) {
    const rows = await items.load(block);
    const part = sparseColumns(local, items.firstRow(block), rows.rows);
    await backend.multiplySparse(part, rows, table, { accumulate: block > 0 });
  }
}

/**
 * The local term of a block of users over streamed items: only the items that these users touched are read, some at a
 * time, where going through all blocks would read every item for every block of users.
 */
async function addGathered(
  backend: Backend,
  local: SparseMatrix,
  items: RowTable,
  gatherInto: (rows: Uint32Array, into: Matrix) => Promise<void>,
  table: Matrix,
  gatherRows: number,
): Promise<void> {
  const touched = touchedColumns(local);
  const gathered = await backend.create(Math.max(1, Math.min(gatherRows, touched.length)), items.columns);
  try {
    for (let first = 0; first < touched.length; first += gathered.rows) {
      const rows = touched.subarray(first, first + gathered.rows);
      await gatherInto(rows, gathered);
      const part = sparseSubset(local, rows, gathered.rows);
      await backend.multiplySparse(part, gathered, table, { accumulate: first > 0 });
    }
  } finally {
    gathered.dispose();
  }
}
