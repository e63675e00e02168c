import type { Backend } from "../backend/backend.ts";
import type { RowTable } from "../data/row-table.ts";

/**
 * A mean below this share of the rows' root mean square counts as rounding, as in centered features, whose mean
 * is zero.
 */
const roundingShare = 1e-5;

/**
 * Mean row over the items that are not missing. A mean that is zero up to rounding becomes zero: otherwise
 * `unit` scaling would turn the rounding into a direction that differs between backends.
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
