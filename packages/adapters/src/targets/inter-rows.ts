import { grown } from "../columns/growing.ts";
import {
  type InterOptions,
  type InterTable,
  interFailure,
  MAX_ROW,
  requireColumn,
  requireTrainRows,
  wrongValue,
} from "./inter-table.ts";
import { refuseDisguised } from "./plain-text.ts";

const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;
const MAX_LABEL = 2;
// The limit for a column that is skipped.
const UNREAD = -1;
const NOT_PLAIN = -1;

/** The columns of a table, by their places in its header. */
interface Header {
  readonly names: readonly string[];
  readonly userField: number;
  readonly itemField: number;
  /** -1 where every row is in the train split. */
  readonly labelField: number;
  /** Largest value of each column; UNREAD for the others. */
  readonly limits: readonly number[];
  /** Whether the three columns are all. */
  readonly plain: boolean;
}

/**
 * Reads a table of row numbers from the parts of a file, in order. Memory holds 9 bytes a row, and a line that a part
 * does not end. Numbers are parsed from the bytes without making strings: a million rows take less than 0.1 s.
 */
export class InterRows {
  readonly #label: string;
  readonly #separator: number;
  readonly #options: InterOptions;
  #header: Header | undefined;
  /** The start of a line whose end has not been read. */
  #rest: Uint8Array = new Uint8Array(0);
  #users: Uint32Array = new Uint32Array(0);
  #items: Uint32Array = new Uint32Array(0);
  #labels: Uint8Array = new Uint8Array(0);
  #rows = 0;
  #userCount = 0;
  #itemCount = 0;
  readonly #blankBefore: number[] = [];

  constructor(separator: string, options: InterOptions) {
    if (options.ids !== undefined && options.ids !== "rows") {
      throw interFailure("invalid-option", "rows or raw", JSON.stringify(options.ids), "option ids");
    }
    if (options.itemIds !== undefined)
      throw interFailure("invalid-option", 'no item IDs without ids: "raw"', "item IDs", "option itemIds");
    this.#label = options.label ?? ".inter";
    this.#separator = separator.charCodeAt(0);
    this.#options = options;
  }

  /** Reads the next part of the file, up to its last whole line. */
  add(part: Uint8Array): void {
    const bytes = this.#rest.length === 0 ? part : joinedBytes(this.#rest, part);
    const end = bytes.lastIndexOf(LINE_FEED) + 1;
    if (end > 0) this.#read(bytes.subarray(0, end));
    // A copy: the caller may use the memory of the part again.
    this.#rest = bytes.slice(end);
  }

  /** The table, once all parts have been added. */
  finish(): InterTable {
    if (this.#rest.length > 0 || this.#header === undefined) this.#read(this.#rest);
    const { userColumn = "userID", itemColumn = "itemID", labelColumn = "x_label" } = this.#options;
    const table: InterTable = {
      label: this.#label,
      users: this.#users.subarray(0, this.#rows),
      items: this.#items.subarray(0, this.#rows),
      labels: this.#labels.subarray(0, this.#rows),
      userCount: this.#userCount,
      itemCount: this.#itemCount,
      userColumn,
      itemColumn,
      lineOf: (row) => this.#lineOf(row),
    };
    requireTrainRows(table, labelColumn);
    return table;
  }

  #lineOf(row: number): number {
    return row + 2 + this.#blankBefore.filter((next) => next <= row).length;
  }

  /** Reads whole lines; the first of the file is the header. */
  #read(bytes: Uint8Array): void {
    let start = 0;
    if (this.#header === undefined) {
      const found = readHeader(bytes, this.#separator, this.#label);
      this.#header = this.#columns(found.names);
      start = found.start;
    }
    this.#readRows(bytes, start, this.#header);
  }

  #columns(names: readonly string[]): Header {
    const { userColumn = "userID", itemColumn = "itemID", labelColumn = "x_label" } = this.#options;
    const userField = requireColumn(names, userColumn, this.#label);
    const itemField = requireColumn(names, itemColumn, this.#label);
    const labelField = labelColumn === null ? -1 : requireColumn(names, labelColumn, this.#label);
    const limits = names.map(() => UNREAD);
    limits[userField] = MAX_ROW;
    limits[itemField] = MAX_ROW;
    if (labelField >= 0) limits[labelField] = MAX_LABEL;
    return { names, userField, itemField, labelField, limits, plain: names.length === 3 && labelField >= 0 };
  }

  /** Makes room for all rows that so many bytes can hold. Unused memory is never touched. */
  #reserve(bytes: number, { names, limits }: Header): void {
    // Every field takes at least one byte, and so does its end.
    const leastBytes = names.length + limits.filter((limit) => limit !== UNREAD).length;
    const capacity = this.#rows + Math.ceil((bytes + 1) / leastBytes);
    this.#users = grown(this.#users, capacity);
    this.#items = grown(this.#items, capacity);
    this.#labels = grown(this.#labels, capacity);
  }

  #readRows(bytes: Uint8Array, start: number, header: Header): void {
    const { names, userField, itemField, labelField, limits, plain } = header;
    this.#reserve(bytes.length - start, header);
    const [users, items, labels, separator] = [this.#users, this.#items, this.#labels, this.#separator];
    // IDs fit into 32 bits, and such integers stay off the heap until the loop is compiled.
    const values = new Int32Array(names.length);
    let rows = this.#rows;
    let userCount = this.#userCount;
    let itemCount = this.#itemCount;
    for (let next = start; next < bytes.length; ) {
      const lineStart = next;
      const end = plain ? readPlainRow(bytes, lineStart, separator, values) : NOT_PLAIN;
      if (end !== NOT_PLAIN && values[labelField]! <= MAX_LABEL) next = end;
      else {
        const feed = bytes.indexOf(LINE_FEED, lineStart);
        next = feed < 0 ? bytes.length : feed + 1;
        const lineEnd = withoutReturn(bytes, lineStart, feed < 0 ? bytes.length : feed);
        if (lineEnd === lineStart) {
          this.#blankBefore.push(rows);
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
            const place = `${this.#label}, line ${this.#lineOf(rows)}, column ${names[field]}`;
            throw wrongValue(field === labelField, decodeText(bytes, from, p), place);
          }
          values[field] = value;
        }
        if (field !== names.length)
          throw wrongFieldCount(names.length, field, `${this.#label}, line ${this.#lineOf(rows)}`);
      }
      const user = values[userField]!;
      const item = values[itemField]!;
      users[rows] = user;
      items[rows] = item;
      labels[rows++] = labelField < 0 ? 0 : values[labelField]!;
      if (user >= userCount) userCount = user + 1;
      if (item >= itemCount) itemCount = item + 1;
    }
    this.#rows = rows;
    this.#userCount = userCount;
    this.#itemCount = itemCount;
  }
}

function joinedBytes(one: Uint8Array, other: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(one.length + other.length);
  bytes.set(one);
  bytes.set(other, one.length);
  return bytes;
}

function readHeader(bytes: Uint8Array, separator: number, label: string): { names: string[]; start: number } {
  refuseDisguised(bytes, "reading interactions", label);
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
