import type { Backend, Matrix } from "../backend/backend.ts";
import type { RowTable } from "../data/row-table.ts";
import type { Combination } from "./combine.ts";

/** One modality on its way into the item table. */
export interface ItemTerms {
  readonly modality: string;
  /** Items of this modality, projected or as prepared: I x d_m; zero where the modality is missing. */
  readonly items: RowTable;
  readonly missing: Uint8Array | undefined;
  /** Mean over the items that have the modality, d_m values. */
  readonly mean: Float32Array;
}

/** A mean below this share of the rows' root mean square is rounding: centred features have a mean of zero. */
const roundingShare = 1e-5;

/**
 * Mean row over the items that are not missing. One that is zero but for rounding is zero: `unit` scaling would blow
 * the rounding up to a direction, another one on every backend.
 */
export async function meanItem(
  backend: Backend,
  items: RowTable,
  missing: Uint8Array | undefined,
): Promise<Float32Array> {
  const sum = new Float64Array(items.columns);
  let squares = 0;
  let present = 0;
  for (let block = 0; block < items.blockCount; block++) {
    const rows = await items.load(block);
    const mask = missing?.subarray(items.firstRow(block), items.firstRow(block) + rows.rows);
    const moments = await backend.columnMoments(rows, mask === undefined ? {} : { missing: mask });
    for (let c = 0; c < sum.length; c++) {
      sum[c]! += moments.sum[c]!;
      squares += moments.sumOfSquares[c]!;
    }
    present += rows.rows - (mask?.reduce((total, flag) => total + flag, 0) ?? 0);
  }
  const mean = sum.map((value) => value / Math.max(present, 1));
  const squaredNorm = mean.reduce((total, value) => total + value * value, 0);
  if (squaredNorm * present <= roundingShare ** 2 * squares) mean.fill(0);
  return Float32Array.from(mean);
}

/**
 * The fused rows of the items of one block, unscaled: the modalities combined as the users are. Where an item has no
 * features of a modality, that part is the modality's mean, as it is for users without any. All terms must share
 * one block layout.
 */
export async function makeItemBlock(
  backend: Backend,
  terms: readonly ItemTerms[],
  combination: Combination,
  block: number,
): Promise<Matrix> {
  const firstRow = terms[0]!.items.firstRow(block);
  const rows = (await terms[0]!.items.load(block)).rows;
  const fused = await backend.create(rows, combination.width);
  try {
    for (const [index, { items }] of terms.entries()) {
      const { weight, column } = combination.placements[index]!;
      await backend.addScaled(fused, await items.load(block), weight, column);
    }
    for (let r = 0; r < rows; r++) {
      const row = firstRow + r;
      if (!terms.some(({ missing }) => missing?.[row] === 1)) continue;
      const values = await backend.read(fused, r, 1, (view) => view.slice());
      for (const [index, { missing, mean }] of terms.entries()) {
        if (missing?.[row] !== 1) continue;
        const { weight, column } = combination.placements[index]!;
        for (let c = 0; c < mean.length; c++) values[column + c]! += weight * mean[c]!;
      }
      await backend.write(fused, r, 1, (into) => into.set(values));
    }
    return fused;
  } catch (error) {
    fused.dispose();
    throw error;
  }
}
