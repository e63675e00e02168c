import type { ColumnSource } from "../src/columns/index.ts";

/** A file of columns in memory, given by name, in batches of some rows. */
export function columnSource(
  columns: Readonly<Record<string, readonly unknown[]>>,
  label: string = "log",
  batchRows: number = 3,
): ColumnSource {
  const rows = Object.values(columns)[0]?.length ?? 0;
  return {
    label,
    names: Object.keys(columns),
    async *batches(names) {
      for (let firstRow = 0; firstRow < rows; firstRow += batchRows) {
        const end = Math.min(rows, firstRow + batchRows);
        yield {
          firstRow,
          rows: end - firstRow,
          columns: names.map((name) => columns[name]!.slice(firstRow, end)),
        };
      }
    },
  };
}
