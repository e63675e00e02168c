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
  /** The items as an array, where they have been read from the backend already: I x d_m. */
  readonly collected?: Float32Array | undefined;
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

/** Values of a fused chunk: small enough to stay in cache, large enough to keep calls few. */
const chunkValues = 1 << 18;

/**
 * Hands out the fused item rows, unscaled, chunk by chunk: the modalities combined as the users are. Where an item has
 * no features of a modality, that part is the modality's mean, as it is for users without any. All terms must share one
 * block layout; `rows` is only valid until `use` resolves.
 */
export async function forEachItemChunk(
  backend: Backend,
  terms: readonly ItemTerms[],
  combination: Combination,
  use: (firstRow: number, rows: Float32Array) => void | Promise<void>,
): Promise<void> {
  const { width } = combination;
  const layout = terms[0]!.items;
  const chunk = new Float32Array(Math.max(1, Math.floor(chunkValues / width)) * width);
  for (let block = 0; block < layout.blockCount; block++) {
    const matrices: Matrix[] = [];
    for (const { items } of terms) matrices.push(await items.load(block));
    const blockRows = matrices[0]!.rows;
    for (let first = 0; first < blockRows; first += chunk.length / width) {
      const count = Math.min(chunk.length / width, blockRows - first);
      const fused = chunk.subarray(0, count * width).fill(0);
      const row = layout.firstRow(block) + first;
      for (const [index, term] of terms.entries()) {
        const add = (view: Float32Array): void => addRows(fused, view, row, term, combination, index);
        if (term.collected === undefined) await backend.read(matrices[index]!, first, count, add);
        else add(term.collected.subarray(row * term.items.columns, (row + count) * term.items.columns));
      }
      await use(row, fused);
    }
  }
}

/** fused[:, column ..] += weight x rows, the mean in place of each missing row. */
function addRows(
  fused: Float32Array,
  rows: Float32Array,
  firstRow: number,
  { mean, missing }: ItemTerms,
  { width, placements }: Combination,
  index: number,
): void {
  const { weight, column } = placements[index]!;
  const columns = mean.length;
  for (let r = 0; r < fused.length / width; r++) {
    const absent = missing?.[firstRow + r] === 1;
    const source = absent ? mean : rows;
    const start = absent ? 0 : r * columns;
    const target = r * width + column;
    for (let c = 0; c < columns; c++) fused[target + c]! += weight * source[start + c]!;
  }
}
