import type { ColumnBatch } from "@wellbegun/adapters/columns";

/** Rows of a batch. */
const BATCH = 1024;

/** Cuts rows into batches of columns. Each row holds its values in the order of the columns. */
export async function* batchRows(
  rows: AsyncIterable<readonly unknown[]>,
  columnCount: number,
): AsyncGenerator<ColumnBatch> {
  let firstRow = 0;
  let kept: (readonly unknown[])[] = [];
  const batch = (): ColumnBatch => ({
    firstRow,
    rows: kept.length,
    columns: Array.from({ length: columnCount }, (_, c) => kept.map((row) => row[c])),
  });
  for await (const row of rows) {
    kept.push(row);
    if (kept.length < BATCH) continue;
    yield batch();
    firstRow += kept.length;
    kept = [];
  }
  if (kept.length > 0) yield batch();
}
