import type { Backend, Matrix } from "../../backend/backend.ts";
import { upload } from "../../data/upload.ts";
import type { Aggregated, Terms } from "../aggregate.ts";
import type { Combination } from "../combine.ts";
import { type SparseProduct, scaled, sparseProduct } from "./sparse-product.ts";

/** What a modality's rows are made of, for tables of users or of items: table = local x items + global x points. */
export interface FuseInput extends Pick<Aggregated, "modality" | "items" | "points"> {}

/** A block of rows of every table. Its matrices belong to the fusion, and are valid until the next block of the same turn. */
export interface FusedBlock {
  readonly fused: Matrix;
  /** Empty unless tables by modality are requested. */
  readonly perModality: Readonly<Record<string, Matrix>>;
}

/** Makes tables block by block: the sum of both terms of each modality (fuse), and the weighted modalities (combine). */
export interface Fusion {
  /**
   * Makes the rows of some terms, which are given for each modality. Blocks of different turns (default: 0) do not share
   * memory, so that one can be used while another is made.
   */
  make(terms: readonly Terms[], rows: number, turn?: number): Promise<FusedBlock>;
  dispose(): void;
}

/** Options of {@link openFusion}. */
export interface FusionOptions {
  readonly combination: Combination;
  /** Whether to make the tables of each modality as well. */
  readonly perModality: boolean;
  /** Most streamed items that are held at a time. */
  readonly gatherRows: number;
}

/**
 * Uploads the points to the backend and returns the fusion. Blocks of one height share their memory: the first
 * touch of fresh memory costs more than the products. A modality's weight goes into the sparse matrices' row
 * factors where possible, so that applying it needs no pass of its own.
 */
export async function openFusion(
  backend: Backend,
  modalities: readonly FuseInput[],
  options: FusionOptions,
): Promise<Fusion> {
  const { width, parts } = options.combination;
  const points: Matrix[] = [];
  const locals: SparseProduct[] = [];
  const blocks = new Map<string, Matrix>();
  const dispose = (): void => {
    for (const one of [...points, ...locals, ...blocks.values()]) one.dispose();
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
    for (const { items, points: own } of modalities) {
      points.push(await upload(backend, own, own.length / items.columns, items.columns));
      locals.push(sparseProduct(backend, items, options.gatherRows));
    }
  } catch (error) {
    dispose();
    throw error;
  }
  // Modalities that fill all columns of the fused table are computed directly into it.
  const straight = !options.perModality && modalities.every(({ items }) => items.columns === width);

  const make = async (terms: readonly Terms[], rows: number, turn: number = 0): Promise<FusedBlock> => {
    const fused = await blockOf(`${turn} fused`, rows, width);
    if (!straight) await clear(backend, fused);
    const perModality: Record<string, Matrix> = {};
    for (const [index, { modality, items }] of modalities.entries()) {
      const { weight, columnOffset } = parts[index]!;
      const { local, global } = terms[index]!;
      const table = straight ? fused : await blockOf(`${turn} modality ${modality}`, rows, items.columns);
      const factor = straight ? weight : 1;
      let accumulate = straight && index > 0;
      if (local !== undefined) {
        await locals[index]!.into(scaled(local, factor), table, accumulate);
        accumulate = true;
      }
      if (global !== undefined) {
        await backend.multiplySparse(scaled(global, factor), points[index]!, table, { accumulate });
      }
      if (straight) continue;
      await backend.addScaled(fused, table, weight, columnOffset);
      if (options.perModality) perModality[modality] = table;
    }
    return { fused, perModality };
  };
  return { make, dispose };
}

/** Makes all rows 0, as missing rows are. */
async function clear(backend: Backend, matrix: Matrix): Promise<void> {
  await backend.transformRows(matrix, { unit: false, missing: new Uint8Array(matrix.rows).fill(1) });
}
