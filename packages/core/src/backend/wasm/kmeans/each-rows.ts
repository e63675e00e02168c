/**
 * Visits all rows: `use` receives the address of row 0 (or the one that it would have), and the range of rows
 * in memory.
 */
export type EachRows = (
  use: (origin: number, first: number, count: number) => Promise<void>,
) => Promise<void>;
