import { parseRawInter } from "./inter-raw.ts";
import {
  checkedSeparator,
  type InterOptions,
  type InterTable,
  interFailure,
  MAX_ROW,
  requireColumn,
  requireDistinctColumns,
  requireTrainRows,
  wrongValue,
} from "./inter-table.ts";

const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;
const MAX_LABEL = 2;
// The limit for a column that is skipped.
const UNREAD = -1;
const NOT_PLAIN = -1;

/**
 * Reads an `.inter` table: a header line with column names, then a line for each interaction. Columns other
 * than the three are skipped, and so are blank lines, as in pandas.
 *
 * @throws {WellbegunError} `invalid-option` if the separator is not one ASCII character or two options name one
 * column; `format` if the file is empty, a column is missing, or a line has more or fewer fields than the
 * header; `invalid-data` if an ID is not a whole number from 0 to 2147483646 (with `ids: "raw"`: is empty, or
 * not among `itemIds`), a label is not 0, 1 or 2, or no row is in the train split.
 */
export function parseInter(bytes: Uint8Array, options: InterOptions = {}): InterTable {
  const separator = checkedSeparator(options.separator ?? "\t");
  requireDistinctColumns(options);
  if (options.ids === "raw") return parseRawInter(bytes, separator, options);
  if (options.ids === undefined || options.ids === "rows") return parseRowNumbers(bytes, separator, options);
  throw interFailure("invalid-option", "rows or raw", JSON.stringify(options.ids), "option ids");
}

function parseRowNumbers(bytes: Uint8Array, separatorText: string, options: InterOptions): InterTable {
  if (options.itemIds !== undefined)
    throw interFailure("invalid-option", 'no item IDs without ids: "raw"', "item IDs", "option itemIds");
  const label = options.label ?? ".inter";
  const separator = separatorText.charCodeAt(0);
  const { names, start } = readHeader(bytes, separator, label);
  const userColumn = options.userColumn ?? "userID";
  const itemColumn = options.itemColumn ?? "itemID";
  const labelColumn = options.labelColumn === undefined ? "x_label" : options.labelColumn;
  const columnOf = (name: string): number => requireColumn(names, name, label);
  const userField = columnOf(userColumn);
  const itemField = columnOf(itemColumn);
  const labelField = labelColumn === null ? -1 : columnOf(labelColumn);

  const limits = names.map(() => UNREAD);
  limits[userField] = MAX_ROW;
  limits[itemField] = MAX_ROW;
  if (labelField >= 0) limits[labelField] = MAX_LABEL;
  // Every field takes at least one byte, and so does its end: this bounds the number of rows. Unused memory is
  // never touched.
  const leastBytes = names.length + limits.filter((limit) => limit !== UNREAD).length;
  const capacity = Math.ceil((bytes.length - start + 1) / leastBytes);
  const users = new Uint32Array(capacity);
  const items = new Uint32Array(capacity);
  const labels = new Uint8Array(capacity);
  // IDs fit into 32 bits, and such integers stay off the heap until the loop is compiled.
  const values = new Int32Array(names.length);
  const plain = names.length === 3 && labelField >= 0;
  const blankBefore: number[] = [];
  const lineOf = (row: number): number => row + 2 + blankBefore.filter((next) => next <= row).length;
  let rows = 0;
  let userCount = 0;
  let itemCount = 0;

  // Numbers are parsed from the bytes without making strings: a million rows take less than 0.1 s.
  for (let next = start; next < bytes.length; ) {
    const lineStart = next;
    const end = plain ? readPlainRow(bytes, lineStart, separator, values) : NOT_PLAIN;
    if (end !== NOT_PLAIN && values[labelField]! <= MAX_LABEL) next = end;
    else {
      const feed = bytes.indexOf(LINE_FEED, lineStart);
      next = feed < 0 ? bytes.length : feed + 1;
      const lineEnd = withoutReturn(bytes, lineStart, feed < 0 ? bytes.length : feed);
      if (lineEnd === lineStart) {
        blankBefore.push(rows);
        continue;
      }
      let field = 0;
      for (let p = lineStart; p <= lineEnd; p++, field++) {
        const from = p;
        let value = 0;
        let whole = true;
        for (; p < lineEnd && bytes[p] !== separator; p++) {
          const digit = bytes[p]! - 48;
          value = value * 10 + digit;
          if (digit < 0 || digit > 9) whole = false;
        }
        const limit = limits[field] ?? UNREAD;
        if (limit !== UNREAD && !(whole && p > from && value <= limit)) {
          const place = `${label}, line ${lineOf(rows)}, column ${names[field]}`;
          throw wrongValue(field === labelField, decodeText(bytes, from, p), place);
        }
        values[field] = value;
      }
      if (field !== names.length)
        throw wrongFieldCount(names.length, field, `${label}, line ${lineOf(rows)}`);
    }
    const user = values[userField]!;
    const item = values[itemField]!;
    users[rows] = user;
    items[rows] = item;
    labels[rows++] = labelField < 0 ? 0 : values[labelField]!;
    if (user >= userCount) userCount = user + 1;
    if (item >= itemCount) itemCount = item + 1;
  }
  const table: InterTable = {
    label,
    users: users.subarray(0, rows),
    items: items.subarray(0, rows),
    labels: labels.subarray(0, rows),
    userCount,
    itemCount,
    userColumn,
    itemColumn,
    lineOf,
  };
  requireTrainRows(table, labelColumn);
  return table;
}

function readHeader(bytes: Uint8Array, separator: number, label: string): { names: string[]; start: number } {
  const marked = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf;
  const from = marked ? 3 : 0;
  const feed = bytes.indexOf(LINE_FEED, from);
  const end = feed < 0 ? bytes.length : feed;
  const line = decodeText(bytes, from, withoutReturn(bytes, from, end));
  if (line === "") {
    const expected = "a header line with column names, then a line for each interaction";
    const found = bytes.length === 0 ? "an empty file" : "an empty first line";
    throw interFailure("format", expected, found, label);
  }
  return { names: line.split(String.fromCharCode(separator)), start: end + 1 };
}

function wrongFieldCount(expected: number, found: number, at: string): Error {
  return interFailure("format", `${expected} fields, as in the header`, `${found}`, at);
}

/**
 * Reads a line of three fields of 1 to 9 digits, which nearly all lines are, and returns where the next one starts.
 * Any other line is left to the general reader, which also produces the errors.
 */
function readPlainRow(bytes: Uint8Array, start: number, separator: number, into: Int32Array): number {
  const { length } = bytes;
  let field = 0;
  let from = start;
  let value = 0;
  for (let p = start; p < length; p++) {
    const byte = bytes[p]!;
    const digit = byte - 48;
    if (digit >= 0 && digit <= 9) {
      // At most nine digits are used, so 32-bit integers suffice, which are faster.
      value = (Math.imul(value, 10) + digit) | 0;
      continue;
    }
    if (p === from || p - from > 9) return NOT_PLAIN;
    into[field++] = value;
    if (field === 3) return byte === LINE_FEED ? p + 1 : NOT_PLAIN;
    if (byte !== separator) return NOT_PLAIN;
    from = p + 1;
    value = 0;
  }
  return NOT_PLAIN;
}

/** End of a line without the carriage return that Windows puts before the line feed. */
function withoutReturn(bytes: Uint8Array, start: number, end: number): number {
  return end > start && bytes[end - 1] === CARRIAGE_RETURN ? end - 1 : end;
}

function decodeText(bytes: Uint8Array, from: number, to: number): string {
  return new TextDecoder().decode(bytes.subarray(from, to));
}
