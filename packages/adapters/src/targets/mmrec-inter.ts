import { WellbegunError } from "@wellbegun/core";

/** Names in the header of an `.inter` table, and what separates its fields: keys of MMRec's yaml. */
export interface InterColumns {
  /** `USER_ID_FIELD`. Default: `userID`. */
  readonly userColumn?: string | undefined;
  /** `ITEM_ID_FIELD`. Default: `itemID`. */
  readonly itemColumn?: string | undefined;
  /** `inter_splitting_label`. Default: `x_label`. */
  readonly labelColumn?: string | undefined;
  /** `field_separator`, one ASCII character that is no digit. Default: a tab. */
  readonly separator?: string | undefined;
}

/** Options of {@link parseInter}. */
export interface InterOptions extends InterColumns {
  /** What to call the file in errors. Default: `.inter`. */
  readonly label?: string | undefined;
}

/** The interactions of all splits, one a row, in the file's order. */
export interface InterTable {
  /** What the file is called in errors. */
  readonly label: string;
  /** User ID of each row. */
  readonly users: Uint32Array;
  /** Item ID of each row. */
  readonly items: Uint32Array;
  /** Split of each row: 0 train, 1 validation, 2 test. */
  readonly labels: Uint8Array;
  /** Number of users: the largest ID of all splits, plus 1. */
  readonly userCount: number;
  /** The largest item ID of all splits, plus 1. There may be more feature rows, never fewer. */
  readonly itemCount: number;
  /** Names of the ID columns, for errors. */
  readonly userColumn: string;
  readonly itemColumn: string;
  /** Line of a row in the file, counted from 1. */
  lineOf(row: number): number;
}

const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;
// The largest ID whose successor, a count, is still an int32: what torch and numpy indices of the targets hold.
const MAX_ID = 2 ** 31 - 2;
const MAX_LABEL = 2;
// The limit of a column that is passed over.
const UNREAD = -1;
const NOT_PLAIN = -1;

/**
 * Reads an `.inter` table: a header line with column names, then a row a line. Columns other than the three are
 * passed over; blank lines too, as pandas does.
 *
 * @throws {WellbegunError} `invalid-option` if the separator is not one ASCII character; `format` if the file is
 * empty, a column is missing, or a line has more or fewer fields than the header; `invalid-data` if an ID is not a
 * whole number from 0 to 2147483646, a label is not 0, 1 or 2, or no row is of the train split.
 */
export function parseInter(bytes: Uint8Array, options: InterOptions = {}): InterTable {
  const label = options.label ?? ".inter";
  const separator = separatorByte(options.separator ?? "\t");
  const { names, start } = readHeader(bytes, separator, label);
  const userColumn = options.userColumn ?? "userID";
  const itemColumn = options.itemColumn ?? "itemID";
  const columnOf = (name: string): number => requireColumn(names, name, label);
  const userField = columnOf(userColumn);
  const itemField = columnOf(itemColumn);
  const labelField = columnOf(options.labelColumn ?? "x_label");

  const limits = names.map(() => UNREAD);
  limits[userField] = MAX_ID;
  limits[itemField] = MAX_ID;
  limits[labelField] = MAX_LABEL;
  // What ends a field takes a byte, and a field that is read one at least. Memory that no row reaches is never touched.
  const leastBytes = names.length + limits.filter((limit) => limit !== UNREAD).length;
  const capacity = Math.ceil((bytes.length - start + 1) / leastBytes);
  const users = new Uint32Array(capacity);
  const items = new Uint32Array(capacity);
  const labels = new Uint8Array(capacity);
  // IDs fit, and whole numbers of 32 bits stay off the heap until the loop is compiled.
  const values = new Int32Array(names.length);
  const plain = names.length === 3;
  const blankBefore: number[] = [];
  const lineOf = (row: number): number => row + 2 + blankBefore.filter((next) => next <= row).length;
  let rows = 0;
  let userCount = 0;
  let itemCount = 0;

  // Numbers are read from the bytes without making strings: a million rows take less than a tenth of a second.
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
    labels[rows++] = values[labelField]!;
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
  requireTrainRows(table, names[labelField]!);
  return table;
}

function separatorByte(separator: string): number {
  const code = separator.charCodeAt(0);
  if (separator.length === 1 && code < 128 && !/[\d\r\n]/.test(separator)) return code;
  throw new WellbegunError("invalid-option", {
    doing: "reading interactions",
    expected: "a separator of one ASCII character that is no digit and no line break",
    found: JSON.stringify(separator),
    at: "option separator",
  });
}

function readHeader(bytes: Uint8Array, separator: number, label: string): { names: string[]; start: number } {
  const marked = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf;
  const from = marked ? 3 : 0;
  const feed = bytes.indexOf(LINE_FEED, from);
  const end = feed < 0 ? bytes.length : feed;
  const line = decodeText(bytes, from, withoutReturn(bytes, from, end));
  if (line === "") {
    throw new WellbegunError("format", {
      doing: "reading interactions",
      expected: "a header line with column names, then a row a line",
      found: bytes.length === 0 ? "an empty file" : "an empty first line",
      at: label,
    });
  }
  return { names: line.split(String.fromCharCode(separator)), start: end + 1 };
}

function requireColumn(names: readonly string[], name: string, label: string): number {
  const column = names.indexOf(name);
  if (column >= 0) return column;
  throw new WellbegunError("format", {
    doing: "reading interactions",
    expected: `a column ${JSON.stringify(name)} in the header`,
    found: `the columns ${names.map((other) => JSON.stringify(other.slice(0, 60))).join(", ")}`,
    at: `${label}, line 1`,
    hint: "Column names and the separator can be set, as in MMRec's yaml.",
  });
}

function requireTrainRows(table: InterTable, column: string): void {
  if (table.labels.includes(0)) return;
  throw new WellbegunError("invalid-data", {
    doing: "reading interactions",
    expected: `rows of the train split (${column} 0)`,
    found: table.labels.length === 0 ? "no rows" : `none among ${table.labels.length} rows`,
    at: table.label,
  });
}

function wrongValue(isLabel: boolean, text: string, at: string): WellbegunError {
  return new WellbegunError("invalid-data", {
    doing: "reading interactions",
    expected: isLabel ? "0 (train), 1 (validation) or 2 (test)" : `a whole number from 0 to ${MAX_ID}`,
    found: text === "" ? "nothing" : JSON.stringify(text.slice(0, 60)),
    at,
  });
}

function wrongFieldCount(expected: number, found: number, at: string): WellbegunError {
  return new WellbegunError("format", {
    doing: "reading interactions",
    expected: `${expected} fields, as in the header`,
    found: `${found}`,
    at,
  });
}

/**
 * Reads a line of three fields of 1 to 9 digits, which nearly all lines are, and returns where the next one starts.
 * What it does not know is left to the careful reader, which also knows what to say of it.
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
      // At most nine digits are used, so whole numbers of 32 bits will do: they are faster.
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
