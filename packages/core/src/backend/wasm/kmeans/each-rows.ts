/** Goes through all rows: `use` is told the address that row 0 has or would have, and which rows are there. */
export type EachRows = (
  use: (origin: number, first: number, count: number) => Promise<void>,
) => Promise<void>;
