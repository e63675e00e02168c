import { refuseUnknownKeys } from "@wellbegun/core/support";
import { parseRawInter } from "./inter-raw.ts";
import { InterRows } from "./inter-rows.ts";
import {
  checkedSeparator,
  type InterOptions,
  type InterTable,
  interFailure,
  interOptionNames,
  requireDistinctColumns,
} from "./inter-table.ts";

/**
 * Reads an `.inter` table: a header line with column names, then a line for each interaction. Columns other
 * than the three are skipped, and so are blank lines, as in pandas.
 *
 * @throws {WellbegunError} `invalid-option` for an option that there is not, if the separator is not one ASCII character or two options name one
 * column; `format` if the file is empty, a column is missing, or a line has more or fewer fields than the
 * header; `invalid-data` if an ID is not a whole number from 0 to 2147483646 (with `ids: "raw"`: is empty, or
 * not among `itemIds`), a label is not 0, 1 or 2, or no row is in the train split.
 */
export function parseInter(bytes: Uint8Array, options: InterOptions = {}): InterTable {
  refuseUnknownKeys("reading interactions", options, interOptionNames);
  const separator = checkedSeparator(options.separator ?? "\t");
  requireDistinctColumns(options);
  if (options.ids === "raw") return parseRawInter(bytes, separator, options);
  const rows = new InterRows(separator, options);
  rows.add(bytes);
  return rows.finish();
}

/** Largest file with raw IDs: its text is one string in JavaScript. */
const MOST_TEXT = 2 ** 29 - 2 ** 16;

/**
 * As {@link parseInter}, from the parts of a file in order, so that a file may be larger than one array can be. With
 * `ids: "raw"` the parts are put together.
 *
 * @throws {WellbegunError} As `parseInter`; `limit` if a file with raw IDs is larger than the longest string.
 */
export async function parseInterParts(
  parts: Iterable<Uint8Array> | AsyncIterable<Uint8Array>,
  options: InterOptions = {},
): Promise<InterTable> {
  refuseUnknownKeys("reading interactions", options, interOptionNames);
  const separator = checkedSeparator(options.separator ?? "\t");
  requireDistinctColumns(options);
  if (options.ids === "raw") return parseRawInter(await joined(parts, options), separator, options);
  const rows = new InterRows(separator, options);
  for await (const part of parts) rows.add(part);
  return rows.finish();
}

async function joined(
  parts: Iterable<Uint8Array> | AsyncIterable<Uint8Array>,
  { label = ".inter" }: InterOptions,
): Promise<Uint8Array> {
  const kept: Uint8Array[] = [];
  let length = 0;
  for await (const part of parts) {
    kept.push(part.slice());
    length += part.length;
    if (length > MOST_TEXT) {
      const hint = "The command line reads larger files with --interactions <file> --engine duckdb.";
      throw interFailure("limit", `at most ${MOST_TEXT} bytes in a table with raw IDs`, "more", label, hint);
    }
  }
  const bytes = new Uint8Array(length);
  let at = 0;
  for (const part of kept) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}
