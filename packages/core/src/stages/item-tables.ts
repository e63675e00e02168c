import type { Backend, SparseMatrix } from "../backend/backend.ts";
import type { RowTable } from "../data/row-table.ts";

/** A mean below this share of the rows' root mean square is rounding: centered features have a mean of zero. */
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
 * The item table as the users' are made: each item is a user who touched it alone, and one without the modality gets the
 * mean item, as users without any item of it do.
 */
export function itemRows(
  items: number,
  clusters: number,
  missing: Uint8Array | undefined,
): { readonly local: SparseMatrix; readonly global: SparseMatrix | undefined } {
  if (missing === undefined) {
    const all = new Uint32Array(items + 1);
    for (let item = 0; item <= items; item++) all[item] = item;
    const local = { rows: items, columns: items, offsets: all, indices: all.subarray(0, items) };
    return { local, global: undefined };
  }
  const present = new Uint32Array(items + 1);
  const absent = new Uint32Array(items + 1);
  const indices = new Uint32Array(items);
  for (let item = 0; item < items; item++) {
    const here = missing[item] !== 1;
    if (here) indices[present[item]!] = item;
    present[item + 1] = present[item]! + Number(here);
    absent[item + 1] = absent[item]! + Number(!here);
  }
  const mean = new Uint32Array(absent[items]!).fill(clusters);
  return {
    local: { rows: items, columns: items, offsets: present, indices: indices.subarray(0, present[items]) },
    global: { rows: items, columns: clusters + 1, offsets: absent, indices: mean },
  };
}
