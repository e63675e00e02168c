import type { Backend, Matrix } from "../../backend/backend.ts";
import { type BlockLayout, layoutBlocks } from "../../data/block-layout.ts";
import { type FeatureBlocks, openBlocks } from "../../data/blocks.ts";
import type { FeatureSource } from "../../data/features.ts";
import { WellbegunError } from "../../errors.ts";
import type { Prepare } from "../../options/method-options.ts";
import { beginStage, type Run } from "../../pipeline/run.ts";
import { stepsOf } from "./steps.ts";
import { type Whitening, whitenRows } from "./whiten.ts";

/** How {@link prepareFeatures} prepares and lays out one modality. */
export interface PrepareOptions {
  readonly prepare: Prepare;
  /** Needed where `prepare` is `whiten`. */
  readonly whitening?: Whitening | undefined;
  readonly zeroRows: "missing" | "keep";
  readonly layout: BlockLayout;
  readonly modality: string;
}

/** A modality whose features are on the backend and prepared. */
export interface Prepared {
  readonly modality: string;
  /** I x D_m, with the mask of the items without this modality. */
  readonly blocks: FeatureBlocks;
  /** Number of items without this modality. */
  readonly missingCount: number;
}

/** The stage `prepare`: loads and prepares every modality. */
export async function prepare(run: Run): Promise<Prepared[]> {
  const { backend, input, options, memory } = run;
  const names = options.modalities;
  const layout = layoutBlocks(input.train.itemCount, memory);
  const prepared: Prepared[] = [];
  for (const [index, modality] of names.entries()) {
    await beginStage(run, "prepare", modality, index, names.length);
    const one = await prepareFeatures(backend, input.features[modality]!, {
      prepare: options.prepare[modality]!,
      whitening: { power: options.whitenPower[modality]!, ridge: options.whitenRidge[modality]! },
      zeroRows: options.zeroRows,
      layout,
      modality,
    });
    run.keep(one.blocks);
    prepared.push(one);
  }
  return prepared;
}

/**
 * Loads a modality block by block, refuses NaN and infinity, finds the missing rows, and prepares the rest.
 * Column statistics are in float64 over the rows that are present.
 *
 * @throws {WellbegunError} `invalid-data` naming the row and column of the first value that is not finite, or when
 * no item has this modality.
 */
export async function prepareFeatures(
  backend: Backend,
  source: FeatureSource,
  options: PrepareOptions,
): Promise<Prepared> {
  const { columns, rows } = source;
  const missing = source.missing?.slice() ?? new Uint8Array(rows);
  const sum = new Float64Array(columns);
  const { prepare, whitening } = options;
  const { centers, standardizes, unit, whitens } = stepsOf(prepare);

  const inspect = async (block: Matrix, firstRow: number): Promise<void> => {
    const norms = await backend.rowNorms(block);
    const mask = missing.subarray(firstRow, firstRow + block.rows);
    const bad = markZeroRows(norms, mask, options.zeroRows === "missing");
    if (bad >= 0) await refuseNonFinite(backend, block, bad, firstRow, source, options.modality);
    if (!centers) return;
    const moments = await backend.columnMoments(block, { missing: mask });
    for (let c = 0; c < columns; c++) sum[c]! += moments.sum[c]!;
  };

  let missingCount = 0;
  const blocks = await openBlocks(backend, source, {
    layout: options.layout,
    inspect,
    transform: async (loadRaw) => {
      missingCount = countMissing(missing);
      const present = rows - missingCount;
      if (present === 0) {
        throw new WellbegunError("invalid-data", {
          doing: "preparing features",
          expected: "at least one item with features",
          found: `${rows} items, all without`,
          at: sourceName(source, options.modality),
        });
      }
      const mask = missingCount === 0 ? undefined : missing;
      if (!centers) return { unit, missing: mask };
      const shift = sum.map((value) => value / present);
      if (!standardizes) return { shift, unit, missing: mask };
      return {
        shift,
        scale: await inverseDeviations(backend, loadRaw, options.layout, shift, mask, present),
        unit,
        missing: mask,
      };
    },
    mixing:
      whitens && whitening !== undefined
        ? (load) => whitenRows(backend, load, options.layout, columns, rows - missingCount, whitening)
        : undefined,
  });
  return { modality: options.modality, blocks, missingCount };
}

/**
 * Marks rows of norm 0 as missing, if `zeroIsMissing`. Returns the first present row whose norm is not finite, where it
 * stops, or -1.
 */
function markZeroRows(norms: Float32Array, missing: Uint8Array, zeroIsMissing: boolean): number {
  for (let row = 0; row < norms.length; row++) {
    if (missing[row] === 1) continue;
    if (!Number.isFinite(norms[row]!)) return row;
    if (norms[row] === 0 && zeroIsMissing) missing[row] = 1;
  }
  return -1;
}

function countMissing(missing: Uint8Array): number {
  let count = 0;
  for (let row = 0; row < missing.length; row++) count += missing[row]!;
  return count;
}

/** 1 / standard deviation (population) per column, from a second pass about the mean; 0 for constant columns. */
async function inverseDeviations(
  backend: Backend,
  loadRaw: (block: number) => Promise<Matrix>,
  layout: BlockLayout,
  shift: Float64Array,
  missing: Uint8Array | undefined,
  present: number,
): Promise<Float64Array> {
  const squares = new Float64Array(shift.length);
  for (let index = 0; index < layout.blockCount; index++) {
    const block = await loadRaw(index);
    const mask = missing?.subarray(layout.firstRow(index), layout.firstRow(index + 1));
    const moments = await backend.columnMoments(
      block,
      mask === undefined ? { shift } : { shift, missing: mask },
    );
    for (let c = 0; c < squares.length; c++) squares[c]! += moments.sumOfSquares[c]!;
  }
  return squares.map((value) => (value > 0 ? 1 / Math.sqrt(value / present) : 0));
}

async function refuseNonFinite(
  backend: Backend,
  block: Matrix,
  row: number,
  firstRow: number,
  source: FeatureSource,
  modality: string,
): Promise<void> {
  const column = await backend.read(block, row, 1, (view) =>
    view.findIndex((value) => !Number.isFinite(value)),
  );
  // The norm of huge finite values overflows too. Such features are refused, since they would overflow in later
  // sums.
  const found = await backend.read(block, row, 1, (view) =>
    column < 0 ? "values whose norm exceeds float32" : `${view[column]}`,
  );
  throw new WellbegunError("invalid-data", {
    doing: "reading features",
    expected: "finite values",
    found,
    at: `${sourceName(source, modality)}, row ${firstRow + row}${column < 0 ? "" : `, column ${column}`}`,
  });
}

function sourceName(source: FeatureSource, modality: string): string {
  return source.label === undefined ? `modality ${modality}` : `${source.label}`;
}
