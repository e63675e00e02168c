import { WellbegunError } from "@wellbegun/core";
import { listedColumns, refuseDisguised } from "./plain-text.ts";

/** A text table with a header: the fields of each row, as text. */
export interface DelimitedTable {
  /** The file's name in errors. */
  readonly label: string;
  /** The header's names, as they stand. */
  readonly names: readonly string[];
  /** Fields by row. */
  readonly rows: readonly (readonly string[])[];
  /** Line of a row in the file, counted from 1. */
  lineOf(row: number): number;
}

const DOING = "reading a table of text";

/**
 * Reads a table of text in UTF-8: a header line, then one row on each line. Blank lines are skipped, as pandas
 * does; these formats have no quoting.
 *
 * @throws {WellbegunError} `format` if the bytes are not UTF-8, there is no header, or a row has more or fewer fields
 * than the header.
 */
export function parseDelimited(bytes: Uint8Array, separator: string, label: string): DelimitedTable {
  refuseDisguised(bytes, DOING, label);
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new WellbegunError("format", {
      doing: DOING,
      expected: "UTF-8",
      found: "other bytes",
      at: label,
      cause,
    });
  }
  const lines = text.split(/\r?\n/);
  const names = lines[0] === "" || lines[0] === undefined ? [] : lines[0].split(separator);
  if (names.length === 0) {
    throw new WellbegunError("format", { doing: DOING, expected: "a header line", found: "none", at: label });
  }
  const rows: string[][] = [];
  const numbers: number[] = [];
  for (const [index, line] of lines.entries()) {
    if (index === 0 || line === "") continue;
    const fields = line.split(separator);
    if (fields.length !== names.length) {
      const expected = `${names.length} fields, as the header has`;
      throw new WellbegunError("format", {
        doing: DOING,
        expected,
        found: `${fields.length}`,
        at: `${label}, line ${index + 1}`,
      });
    }
    rows.push(fields);
    numbers.push(index + 1);
  }
  return { label, names, rows, lineOf: (row) => numbers[row]! };
}

/**
 * Index of a column in the table.
 *
 * @throws {WellbegunError} `format` naming the existing columns.
 */
export function columnOf(table: DelimitedTable, name: string): number {
  const place = table.names.indexOf(name);
  if (place >= 0) return place;
  const found = listedColumns(table.names);
  throw new WellbegunError("format", { doing: DOING, expected: `a column ${name}`, found, at: table.label });
}
