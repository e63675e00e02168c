import type { ColumnSource } from "@wellbegun/adapters/columns";
import { dsvFormat } from "d3-dsv";

/** A CSV or TSV text as a file of columns. A column of whole numbers alone holds numbers, any other holds text. */
export function csvSource(text: string, label: string, separator: string): ColumnSource {
  const rows = dsvFormat(separator).parse(text);
  const names = rows.columns;
  const columnOf = (name: string): ArrayLike<unknown> => {
    const values = rows.map((row) => row[name] ?? "");
    return values.every((value) => /^(0|[1-9]\d{0,14})$/.test(value)) ? values.map(Number) : values;
  };
  return {
    label,
    names,
    async *batches(wanted) {
      yield { firstRow: 0, rows: rows.length, columns: wanted.map(columnOf) };
    },
  };
}
