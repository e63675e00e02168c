/**
 * How the rows of a tall table are cut into blocks: leading blocks that stay in memory, and others that are
 * streamed.
 */
export interface BlockLayout {
  readonly rows: number;
  /** At least one, even without rows. */
  readonly blockCount: number;
  /** Leading blocks that stay in memory. */
  readonly residentBlocks: number;
  /** First row of a block; of block `blockCount`, the number of rows. */
  firstRow(block: number): number;
  /** The block that holds a row. */
  blockOf(row: number): number;
}

/** The sizes by which {@link layoutBlocks} cuts. */
export interface BlockSizes {
  /** Leading rows that stay in memory. */
  readonly residentRows: number;
  /** Most rows in a resident block. */
  readonly residentBlockRows: number;
  /** Most rows in a streamed block. */
  readonly streamedBlockRows: number;
}

/** Cuts rows into blocks. */
export function layoutBlocks(rows: number, sizes: BlockSizes): BlockLayout {
  const residentRows = Math.min(rows, sizes.residentRows);
  const starts: number[] = [];
  for (let row = 0; row < residentRows; row += sizes.residentBlockRows) starts.push(row);
  const residentBlocks = starts.length;
  for (let row = residentRows; row < rows; row += sizes.streamedBlockRows) starts.push(row);
  if (starts.length === 0) starts.push(0);
  const blockCount = starts.length;
  const streamedFrom = residentBlocks < blockCount ? residentRows : rows;
  return {
    rows,
    blockCount,
    residentBlocks: rows === 0 ? 1 : residentBlocks,
    firstRow: (block) => starts[block] ?? rows,
    blockOf: (row) =>
      row < streamedFrom
        ? Math.floor(row / sizes.residentBlockRows)
        : residentBlocks + Math.floor((row - streamedFrom) / sizes.streamedBlockRows),
  };
}
