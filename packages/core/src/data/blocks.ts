import type { Backend, Matrix, RowTransform } from "../backend/backend.ts";
import type { BlockLayout } from "./block-layout.ts";
import type { FeatureSource } from "./features.ts";
import { RowMixer, type RowMixing } from "./row-mixer.ts";

/**
 * The features of one modality as matrices on a backend, in blocks of rows. As many leading blocks as memory
 * allows stay there (resident). The others are streamed: one matrix is filled again each time such a block is
 * loaded. The stages use the same interface for both.
 */
export interface FeatureBlocks extends BlockLayout {
  readonly columns: number;
  /** 1 for each item without this modality. */
  readonly missing: Uint8Array | undefined;
  /** How raw rows were prepared. */
  readonly preparation: RowPreparation;
  /** The block's rows, prepared. A streamed block is only valid until the next call. */
  load(block: number): Promise<Matrix>;
  /** A block's part of the mask. */
  missingIn(block: number): Uint8Array | undefined;
  /** A copy of some rows, in any order, prepared, row-major. */
  gather(rows: readonly number[]): Promise<Float32Array>;
  /** With streamed blocks only: fills the first rows of `into` with the given rows, prepared; consecutive ones are read together. */
  readonly gatherInto: ((rows: Uint32Array, into: Matrix) => Promise<void>) | undefined;
  dispose(): void;
}

/** How the raw rows of a modality are prepared. */
export interface RowPreparation extends Pick<RowTransform, "shift" | "scale" | "unit"> {
  /** How the columns of the transformed rows are mixed; undefined where they are not. */
  readonly mixing: RowMixing | undefined;
}

/** Looks at each raw block once, in order, and decides how rows are prepared. */
export type InspectBlock = (block: Matrix, firstRow: number) => Promise<void>;

/** How {@link openBlocks} cuts, inspects and prepares the rows. */
export interface BlockOptions {
  readonly layout: BlockLayout;
  /** Called with each raw block once, before `transform`. */
  readonly inspect: InspectBlock;
  /**
   * Called after the inspection: returns how rows are prepared, and which are missing. It may read the raw
   * blocks once more, in order.
   */
  readonly transform: (
    loadRaw: (block: number) => Promise<Matrix>,
  ) => Promise<Omit<RowTransform, "missing"> & { readonly missing: Uint8Array | undefined }>;
  /**
   * Called with the transformed rows, which it may read once, in order: returns how their columns are mixed.
   * Left out: they are not mixed.
   */
  readonly mixing?: ((load: (block: number) => Promise<Matrix>) => Promise<RowMixing>) | undefined;
}

/** Brings a modality's rows to the backend, inspects them and prepares them. */
export async function openBlocks(
  backend: Backend,
  source: FeatureSource,
  options: BlockOptions,
): Promise<FeatureBlocks> {
  const { columns } = source;
  const { layout } = options;
  const { blockCount, residentBlocks, firstRow, blockOf } = layout;
  const rowsIn = (block: number): number => firstRow(block + 1) - firstRow(block);
  const resident: Matrix[] = [];
  /** Streamed blocks of equal height share a matrix: the last block has one, and all others share one. */
  const streamed = new Map<number, Matrix>();
  /** The mixed rows of streamed blocks, by height. */
  const mixed = new Map<number, Matrix>();
  let mixer: RowMixer | undefined;
  let mixing: RowMixing | undefined;
  const dispose = (): void => {
    for (const matrix of [...resident, ...streamed.values(), ...mixed.values()]) matrix.dispose();
    mixer?.dispose();
  };

  const fill = async (matrix: Matrix, block: number): Promise<Matrix> => {
    const rows = rowsIn(block);
    if (rows > 0) await backend.write(matrix, 0, rows, (into) => source.read(firstRow(block), rows, into));
    return matrix;
  };
  /** The matrix for a block, filled with raw rows; resident blocks are filled the first time only. */
  const loadRaw = async (block: number): Promise<Matrix> => {
    if (block < resident.length) return resident[block]!;
    const rows = rowsIn(block);
    const matrix = streamed.get(rows) ?? (await backend.create(rows, columns));
    if (block < residentBlocks) resident.push(matrix);
    else streamed.set(rows, matrix);
    return await fill(matrix, block);
  };

  try {
    for (let block = 0; block < blockCount; block++) {
      await options.inspect(await loadRaw(block), firstRow(block));
    }
    const { missing, ...transform } = await options.transform(loadRaw);
    const missingIn = (block: number): Uint8Array | undefined =>
      missing?.subarray(firstRow(block), firstRow(block + 1));
    const identity =
      transform.shift === undefined &&
      transform.scale === undefined &&
      !transform.unit &&
      missing === undefined;
    // Streamed rows are prepared at every load, but their norms are computed once.
    const factors = transform.unit && residentBlocks < blockCount ? new Float64Array(layout.rows) : undefined;
    const prepare = async (matrix: Matrix, block: number): Promise<Matrix> => {
      if (identity) return matrix;
      const own = factors?.subarray(firstRow(block), firstRow(block + 1));
      await backend.transformRows(matrix, { ...transform, missing: missingIn(block), factors: own });
      return matrix;
    };
    for (const [block, matrix] of resident.entries()) await prepare(matrix, block);
    if (options.mixing !== undefined) {
      const transformed = async (block: number): Promise<Matrix> =>
        block < residentBlocks ? resident[block]! : await prepare(await loadRaw(block), block);
      mixing = await options.mixing(transformed);
      mixer = await RowMixer.create(backend, mixing);
      for (const [block, matrix] of resident.entries()) {
        const out = await backend.create(matrix.rows, columns);
        resident[block] = out;
        await mixer.mix(matrix, missingIn(block), out).finally(() => matrix.dispose());
      }
    }

    let loaded: { readonly block: number; readonly matrix: Matrix } | undefined;
    const load = async (block: number): Promise<Matrix> => {
      if (block < residentBlocks) return resident[block]!;
      if (loaded?.block === block) return loaded.matrix;
      loaded = undefined;
      let matrix = await prepare(await loadRaw(block), block);
      if (mixer !== undefined) {
        const out = mixed.get(matrix.rows) ?? (await backend.create(matrix.rows, columns));
        mixed.set(matrix.rows, out);
        await mixer.mix(matrix, missingIn(block), out);
        matrix = out;
      }
      loaded = { block, matrix };
      return matrix;
    };
    const gatherInto = async (wanted: Uint32Array, out: Matrix): Promise<void> => {
      const into = (await mixer?.scratch(out.rows)) ?? out;
      await backend.write(into, 0, wanted.length, async (view) => {
        for (let r = 0; r < wanted.length; ) {
          let count = 1;
          while (wanted[r + count] === wanted[r]! + count) count++;
          await source.read(wanted[r]!, count, view.subarray(r * columns, (r + count) * columns));
          r += count;
        }
      });
      // Rows of the matrix beyond those wanted are undefined: they are set to zero, as missing rows are.
      const absent = new Uint8Array(into.rows).fill(1, wanted.length);
      if (missing !== undefined) for (const [r, row] of wanted.entries()) absent[r] = missing[row]!;
      const own = factors && new Float64Array(into.rows);
      if (factors !== undefined) for (const [r, row] of wanted.entries()) own![r] = factors[row]!;
      await backend.transformRows(into, { ...transform, missing: absent, factors: own });
      await mixer?.mix(into, absent, out);
    };
    const gather = async (wanted: readonly number[]): Promise<Float32Array> => {
      const result = new Float32Array(wanted.length * columns);
      let scratch: Matrix | undefined;
      try {
        for (const [index, row] of wanted.entries()) {
          const block = blockOf(row);
          let matrix = resident[block];
          if (matrix === undefined) {
            scratch ??= await backend.create(1, columns);
            await gatherInto(Uint32Array.of(row), scratch);
            matrix = scratch;
          }
          const at = matrix === scratch ? 0 : row - firstRow(block);
          await backend.read(matrix, at, 1, (view) => result.set(view, index * columns));
        }
      } finally {
        scratch?.dispose();
      }
      return result;
    };
    return {
      ...layout,
      columns,
      missing,
      preparation: { shift: transform.shift, scale: transform.scale, unit: transform.unit, mixing },
      load,
      missingIn,
      gather,
      gatherInto: residentBlocks < blockCount ? gatherInto : undefined,
      dispose,
    };
  } catch (error) {
    dispose();
    throw error;
  }
}
