import { WellbegunError } from "../errors.ts";
import type { Id, IdIndex } from "./ids.ts";

/** A matrix of vectors, one for each row, row-major float32. A row is found by its ID. */
export interface Table {
  /** rows x columns values; row r starts at r * columns. */
  readonly data: Float32Array;
  readonly rows: number;
  readonly columns: number;
  /** The raw ID of each row. If left out, the number of a row is its ID. */
  readonly ids?: IdIndex | undefined;
  /**
   * The vector of an ID: a view of `columns` values, sharing the table's memory.
   *
   * @throws {WellbegunError} `invalid-data` for an ID that the table does not have.
   */
  row(id: Id): Float32Array;
}

/**
 * A table of users and a table of items. The product of a user's and an item's vector is the score. Every
 * {@link Model} has both.
 */
export interface ScoringTables {
  /** U x d. */
  readonly users: Table;
  /** I x d: as many columns as `users`. */
  readonly items: Table;
}

/**
 * A table over an array, which is not copied.
 *
 * @example
 * ```ts
 * import { createTable, IdIndex } from "@wellbegun/core";
 *
 * const users = createTable(new Float32Array([1, 2, 3, 4]), 2, 2, new IdIndex(["ann", "bob"]));
 * console.log(users.row("bob")); // Float32Array(2) [ 3, 4 ]
 * ```
 *
 * @param ids The raw ID of each row. Default: the number of a row is its ID.
 * @throws {WellbegunError} `mismatch` unless there are rows * columns values, and as many IDs as rows.
 */
export function createTable(data: Float32Array, rows: number, columns: number, ids?: IdIndex): Table {
  const whole = Number.isSafeInteger(rows) && Number.isSafeInteger(columns) && rows >= 0 && columns >= 1;
  if (!whole || data.length !== rows * columns) {
    throw new WellbegunError("mismatch", {
      doing: "making a table",
      expected: `rows * columns values: ${rows} x ${columns}`,
      found: `${data.length}`,
    });
  }
  if (ids !== undefined && ids.size !== rows) {
    throw new WellbegunError("mismatch", {
      doing: "making a table",
      expected: `${rows} IDs, one for each row`,
      found: `${ids.size}`,
    });
  }
  return new DenseTable(data, rows, columns, ids);
}

/**
 * The row number of an ID.
 *
 * @throws {WellbegunError} `invalid-data` for an ID that the table does not have.
 */
export function rowOf({ rows, ids }: Pick<Table, "rows" | "ids">, id: Id): number {
  const row = ids === undefined ? id : ids.rowOf(id);
  if (typeof row === "number" && Number.isInteger(row) && row >= 0 && row < rows) return row;
  throw new WellbegunError("invalid-data", {
    doing: "looking up a row by its ID",
    expected: ids === undefined ? `a row number from 0 to ${rows - 1}` : `one of the table's ${rows} IDs`,
    found: `${typeof id} ${JSON.stringify(String(id))}`,
  });
}

/** The raw ID of a row: its number, where the table has no IDs. */
export function idOf({ ids }: Pick<Table, "ids">, row: number): Id {
  return ids === undefined ? row : ids.ids[row]!;
}

class DenseTable implements Table {
  readonly data: Float32Array;
  readonly rows: number;
  readonly columns: number;
  readonly ids: IdIndex | undefined;

  constructor(data: Float32Array, rows: number, columns: number, ids: IdIndex | undefined) {
    this.data = data;
    this.rows = rows;
    this.columns = columns;
    this.ids = ids;
  }

  row(id: Id): Float32Array {
    const row = rowOf(this, id);
    return this.data.subarray(row * this.columns, (row + 1) * this.columns);
  }
}
