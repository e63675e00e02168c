import { type Id, WellbegunError } from "@wellbegun/core";
import { IdTable } from "@wellbegun/core/support";
import { type ColumnSource, describeValue, placeOf } from "./source.ts";

/**
 * The kinds of IDs. IDs are all text or all whole numbers, since 7 and "7" in one column would be two IDs that
 * look alike.
 */
export type IdKind = "text" | "number";

/**
 * A column's value as a raw ID: text unchanged; a whole number as a `number` if that is exact, else as a
 * `bigint`, so that an ID has the same value whether its column is int32, int64 or float64. Undefined for any
 * other value.
 */
export function toId(value: unknown): Id | undefined {
  if (typeof value === "string") return value;
  if (typeof value === "number") return Number.isSafeInteger(value) ? value + 0 : undefined;
  if (typeof value !== "bigint") return undefined;
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value;
}

/** The kind of a raw ID. */
export function idKind(id: Id): IdKind {
  return typeof id === "string" ? "text" : "number";
}

/**
 * Sorts IDs of one kind in place: numbers by value, text by code points, which is the order of UTF-8 bytes and
 * of most databases. Row numbers then depend only on the IDs, not on the order of a file's rows.
 */
export function sortIds(ids: Id[], kind: IdKind): Id[] {
  if (kind === "number") return ids.sort((a, b) => (a < b ? -1 : Number(a > b)));
  // JavaScript compares UTF-16 code units, which differs from code points only for surrogates.
  const plain = ids.every((id) => !/[\ud800-\udfff]/.test(id as string));
  return plain ? ids.sort() : ids.sort((a, b) => compareCodePoints(a as string, b as string));
}

function compareCodePoints(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    const [x, y] = [a.charCodeAt(i), b.charCodeAt(i)];
    if (x === y) continue;
    const [high, other] = [isSurrogate(x), isSurrogate(y)];
    return high === other ? x - y : high ? 1 : -1;
  }
  return a.length - b.length;
}

function isSurrogate(unit: number): boolean {
  return unit >= 0xd800 && unit <= 0xdfff;
}

/** Whether sorted IDs are 0, 1, 2 and so on: they then equal the row numbers, and no list of IDs is kept. */
export function areRowNumbers(sorted: ArrayLike<Id>): boolean {
  const last = sorted.length - 1;
  return last < 0 || (sorted[0] === 0 && sorted[last] === last);
}

/** Largest number of IDs in a dictionary: numbers of IDs are uint32, and its largest value marks what is left out. */
const MOST_IDS = 2 ** 32 - 1;

/** Gives each distinct ID of a column a number, in order of first appearance. */
export class IdDictionary {
  readonly #of: "user" | "item";
  readonly #doing: string;
  readonly #numbers: IdTable = new IdTable();
  #kind: IdKind | undefined;

  constructor(of: "user" | "item", doing: string) {
    this.#of = of;
    this.#doing = doing;
  }

  /** The IDs in order of first appearance. */
  get ids(): Id[] {
    return this.#numbers.ids.slice();
  }

  /** Number of IDs. */
  get size(): number {
    return this.#numbers.size;
  }

  /** The kind of all IDs; undefined while there are none. */
  get kind(): IdKind | undefined {
    return this.#kind;
  }

  /**
   * The number of a value's ID.
   *
   * @throws {WellbegunError} `invalid-data` naming file, row and column if the value is not an ID, or is of
   * another kind than earlier IDs; `limit` beyond 2^32 - 1 IDs.
   */
  numberOf(value: unknown, source: ColumnSource, row: number, column: string): number {
    const id = toId(value);
    const known = id === undefined ? undefined : this.#numbers.rowOf(id);
    if (known !== undefined) return known;
    return this.#add(requireId(value, this.#kind, this.#doing, source, row, column));
  }

  /** The number of a known ID. */
  numberOfId(id: Id): number | undefined {
    return this.#numbers.rowOf(id);
  }

  /** Adds an ID that need not occur in the column, such as that of an item without interactions. */
  include(id: Id): void {
    if (this.#numbers.rowOf(id) === undefined) this.#add(id);
  }

  #add(id: Id): number {
    if (this.#kind !== undefined && this.#kind !== idKind(id)) {
      throw kindMismatch(this.#of, this.#doing, this.#kind, id);
    }
    if (this.#numbers.size >= MOST_IDS) {
      throw new WellbegunError("limit", {
        doing: this.#doing,
        expected: `at most ${MOST_IDS} different ${this.#of} IDs`,
        found: "more",
        hint: "@wellbegun/engine-duckdb keeps dictionaries of IDs outside JavaScript.",
      });
    }
    this.#kind = idKind(id);
    return this.#numbers.add(id);
  }
}

/**
 * The value as an ID.
 *
 * @throws {WellbegunError} `invalid-data` naming file, row and column.
 */
export function requireId(
  value: unknown,
  kind: IdKind | undefined,
  doing: string,
  source: ColumnSource,
  row: number,
  column: string,
): Id {
  const id = toId(value);
  if (id !== undefined && (kind === undefined || kind === idKind(id))) return id;
  const wanted = { text: "text", number: "a whole number" };
  throw new WellbegunError("invalid-data", {
    doing,
    expected: kind === undefined ? "an ID: text or a whole number" : `${wanted[kind]}, as in the rows before`,
    found: describeValue(value),
    at: placeOf(source, row, column),
  });
}

/** The error for IDs that are text in one place and numbers in another. */
export function kindMismatch(of: string, doing: string, kind: IdKind, other: Id): WellbegunError {
  const [one, two] = kind === "text" ? ["text", "number"] : ["numbers", "text"];
  return new WellbegunError("mismatch", {
    doing,
    expected: `${of} IDs of one kind: the interactions have ${one}`,
    found: `the ${two} ${JSON.stringify(String(other))}`,
    hint: "Write both columns with the same type.",
  });
}
