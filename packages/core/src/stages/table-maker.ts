import type { Backend, Matrix, SparseMatrix } from "../backend/backend.ts";
import type { RowTable } from "../data/row-table.ts";
import { upload } from "../data/upload.ts";
import type { Combination } from "./combine.ts";
import { sparseRows } from "./sparse-parts.ts";
import { scaled, type TableProduct, tableProduct } from "./table-product.ts";

/** One modality on its way into a table of users or of items: local x items + global x points. */
export interface TableTerms {
  readonly modality: string;
  readonly local: SparseMatrix | undefined;
  readonly global: SparseMatrix | undefined;
  /** Items of this modality, projected or as prepared: I x d_m. */
  readonly items: RowTable;
  /** Centroids in the same space, and the mean item as the last row: (K + 1) x d_m, row-major. */
  readonly points: Float32Array;
  readonly clusters: number;
}

/** What tables are multiplied with while they are made. */
export interface BlockFactors {
  readonly fused: number;
  /** By modality; 1 where it is left out. */
  readonly perModality: Readonly<Record<string, number>>;
}

/** A block of rows of every table. The matrices are the maker's, and valid until the next block of the same turn is made. */
export interface TableBlock {
  readonly fused: Matrix;
  /** Empty unless these tables are wanted. */
  readonly perModality: Readonly<Record<string, Matrix>>;
}

/** Computes tables block by block: local term plus global term, modality by modality, and their combination. */
export interface TableMaker {
  /** Blocks of different turns (default: 0) do not share memory, so that one can be used while another is made. */
  make(firstRow: number, rows: number, factors: BlockFactors, turn?: number): Promise<TableBlock>;
  dispose(): void;
}

/** How {@link createTableMaker} combines the modalities and what it holds. */
export interface MakerOptions {
  readonly combination: Combination;
  /** Whether the tables by modality are wanted, too. */
  readonly perModality: boolean;
  /** Of streamed items, at most so many are held at a time. */
  readonly gatherRows: number;
}

/**
 * Brings the centroids to the backend and returns what makes the tables. Blocks of one height share their memory:
 * the first touch of fresh memory costs more than the products. Weights and factors go into the sparse matrices' row
 * factors, so that no value is visited for them alone.
 */
export async function createTableMaker(
  backend: Backend,
  terms: readonly TableTerms[],
  options: MakerOptions,
): Promise<TableMaker> {
  const { width, placements } = options.combination;
  const points: Matrix[] = [];
  const locals: (TableProduct | undefined)[] = [];
  const blocks = new Map<string, Matrix>();
  const dispose = (): void => {
    for (const one of [...points, ...locals, ...blocks.values()]) one?.dispose();
  };
  const blockOf = async (name: string, rows: number, columns: number): Promise<Matrix> => {
    const kept = blocks.get(name);
    if (kept?.rows === rows) return kept;
    kept?.dispose();
    blocks.delete(name);
    const matrix = await backend.create(rows, columns);
    blocks.set(name, matrix);
    return matrix;
  };
  try {
    for (const term of terms) {
      points.push(await upload(backend, term.points, term.clusters + 1, term.items.columns));
      const { local, items } = term;
      locals.push(local === undefined ? undefined : tableProduct(backend, local, items, options.gatherRows));
    }
  } catch (error) {
    dispose();
    throw error;
  }
  // Modalities that fill all columns of the fused table are computed straight into it.
  const straight = !options.perModality && terms.every(({ items }) => items.columns === width);

  const make = async (
    firstRow: number,
    rows: number,
    factors: BlockFactors,
    turn: number = 0,
  ): Promise<TableBlock> => {
    const fused = await blockOf(`${turn} fused`, rows, width);
    if (!straight) await clear(backend, fused);
    const perModality: Record<string, Matrix> = {};
    for (const [index, term] of terms.entries()) {
      const { modality, items } = term;
      const { weight, column } = placements[index]!;
      const own = factors.perModality[modality] ?? 1;
      const table = straight ? fused : await blockOf(`${turn} modality ${modality}`, rows, items.columns);
      const factor = straight ? weight * factors.fused : own;
      const local = locals[index];
      let accumulate = straight && index > 0;
      if (local !== undefined) {
        await local.into(table, firstRow, factor, accumulate);
        accumulate = true;
      }
      if (term.global !== undefined) {
        const global = scaled(sparseRows(term.global, firstRow, rows), factor);
        await backend.multiplySparse(global, points[index]!, table, { accumulate });
      }
      if (straight) continue;
      await backend.addScaled(fused, table, (weight * factors.fused) / own, column);
      if (options.perModality) perModality[modality] = table;
    }
    return { fused, perModality };
  };
  return { make, dispose };
}

/** All rows become 0: a missing row is. */
async function clear(backend: Backend, matrix: Matrix): Promise<void> {
  await backend.transformRows(matrix, { unit: false, missing: new Uint8Array(matrix.rows).fill(1) });
}
