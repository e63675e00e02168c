import type { Backend, Matrix, RowTransform } from "../backend/backend.ts";
import type { FeatureSource } from "./features.ts";

/**
 * The features of one modality as matrices on a backend, in blocks of rows. Either all blocks stay there
 * (resident), or one matrix is filled again each time a block is asked for (streamed): the stages are written
 * once, for both.
 */
export interface FeatureBlocks {
  readonly rows: number;
  readonly columns: number;
  /** Rows in every block but the last. */
  readonly blockRows: number;
  readonly blockCount: number;
  /** 1 for each item without this modality. */
  readonly missing: Uint8Array | undefined;
  /** Whether all blocks stay on the backend. */
  readonly resident: boolean;
  /** The block's rows, prepared. In streamed mode only valid until the next call. */
  load(block: number): Promise<Matrix>;
  /** First row of a block. */
  firstRow(block: number): number;
  /** A block's part of the mask. */
  missingIn(block: number): Uint8Array | undefined;
  /** A copy of some rows, in any order, prepared, row-major. */
  gather(rows: readonly number[]): Promise<Float32Array>;
  /** Streamed features only: fills the first rows of `into` with the given rows, which ascend, prepared. */
  readonly gatherInto: ((rows: Uint32Array, into: Matrix) => Promise<void>) | undefined;
  dispose(): void;
}

/** Looks at each raw block once, in order, and decides how rows are prepared. */
export type InspectBlock = (block: Matrix, firstRow: number) => Promise<void>;

/** How {@link openBlocks} lays the rows out. */
export interface BlockOptions {
  readonly blockRows: number;
  readonly resident: boolean;
  /** Called with each raw block once, before `transform`. */
  readonly inspect: InspectBlock;
  /**
   * Asked after the inspection: how rows are prepared, and which are missing. Raw blocks can be had once more, in order.
   */
  readonly transform: (
    loadRaw: (block: number) => Promise<Matrix>,
  ) => Promise<Omit<RowTransform, "missing"> & { readonly missing: Uint8Array | undefined }>;
}

/** Brings a modality's rows to the backend, inspects them and prepares them. */
export async function openBlocks(
  backend: Backend,
  source: FeatureSource,
  options: BlockOptions,
): Promise<FeatureBlocks> {
  const { rows, columns } = source;
  const { blockRows, resident } = options;
  const blockCount = Math.max(1, Math.ceil(rows / blockRows));
  const firstRow = (block: number): number => block * blockRows;
  const rowsIn = (block: number): number => Math.min(blockRows, rows - firstRow(block));
  const matrices: Matrix[] = [];
  const dispose = (): void => {
    for (const matrix of matrices) matrix.dispose();
  };

  const fill = async (matrix: Matrix, block: number): Promise<void> => {
    if (rowsIn(block) === 0) return;
    await backend.write(matrix, 0, rowsIn(block), (into) =>
      source.read(firstRow(block), rowsIn(block), into),
    );
  };
  /** The matrix for a block, filled with raw rows; streamed blocks of equal size share one. */
  const loadRaw = async (block: number): Promise<Matrix> => {
    const shared = resident ? undefined : matrices.find((matrix) => matrix.rows === rowsIn(block));
    const matrix = shared ?? (await backend.create(rowsIn(block), columns));
    if (shared === undefined) matrices.push(matrix);
    await fill(matrix, block);
    return matrix;
  };

  try {
    for (let block = 0; block < blockCount; block++) {
      await options.inspect(await loadRaw(block), firstRow(block));
    }
    const { missing, ...transform } = await options.transform(async (block) =>
      resident ? matrices[block]! : await loadRaw(block),
    );
    const missingIn = (block: number): Uint8Array | undefined =>
      missing?.subarray(firstRow(block), firstRow(block) + rowsIn(block));
    const identity =
      transform.shift === undefined &&
      transform.scale === undefined &&
      !transform.unit &&
      missing === undefined;
    const prepare = async (matrix: Matrix, block: number): Promise<Matrix> => {
      if (!identity) await backend.transformRows(matrix, { ...transform, missing: missingIn(block) });
      return matrix;
    };
    if (resident) for (let block = 0; block < blockCount; block++) await prepare(matrices[block]!, block);

    let loaded = -1;
    const load = async (block: number): Promise<Matrix> => {
      if (resident) return matrices[block]!;
      if (loaded === block) return matrices.find((matrix) => matrix.rows === rowsIn(block))!;
      loaded = -1;
      const matrix = await prepare(await loadRaw(block), block);
      loaded = block;
      return matrix;
    };
    const gatherInto = async (wanted: Uint32Array, into: Matrix): Promise<void> => {
      await backend.write(into, 0, wanted.length, async (view) => {
        for (let r = 0; r < wanted.length; ) {
          let count = 1;
          while (wanted[r + count] === wanted[r]! + count) count++;
          await source.read(wanted[r]!, count, view.subarray(r * columns, (r + count) * columns));
          r += count;
        }
      });
      // What the matrix holds below the rows is nobody's: it becomes zero with the missing ones.
      const absent = new Uint8Array(into.rows).fill(1, wanted.length);
      if (missing !== undefined) for (const [r, row] of wanted.entries()) absent[r] = missing[row]!;
      await backend.transformRows(into, { ...transform, missing: absent });
    };
    const gather = async (wanted: readonly number[]): Promise<Float32Array> => {
      const result = new Float32Array(wanted.length * columns);
      if (resident) {
        for (const [index, row] of wanted.entries()) {
          const block = Math.floor(row / blockRows);
          await backend.read(matrices[block]!, row - firstRow(block), 1, (view) =>
            result.set(view, index * columns),
          );
        }
        return result;
      }
      const scratch = await backend.create(1, columns);
      try {
        for (const [index, row] of wanted.entries()) {
          await gatherInto(Uint32Array.of(row), scratch);
          await backend.read(scratch, 0, 1, (view) => result.set(view, index * columns));
        }
      } finally {
        scratch.dispose();
      }
      return result;
    };
    return {
      rows,
      columns,
      blockRows,
      blockCount,
      missing,
      resident,
      load,
      firstRow,
      missingIn,
      gather,
      gatherInto: resident ? undefined : gatherInto,
      dispose,
    };
  } catch (error) {
    dispose();
    throw error;
  }
}
