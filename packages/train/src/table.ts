import { type Id, type IdIndex, WellbegunError } from "@wellbegun/core";

/** Vectors by ID. */
export interface Table {
  /** rows x columns values; row r starts at r * columns. */
  readonly data: Float32Array;
  readonly rows: number;
  readonly columns: number;
  /** The raw ID of each row. Without it, the number of a row is its ID. */
  readonly ids?: IdIndex | undefined;
  /**
   * The vector of an ID: a view of `columns` values, which shares the table's memory.
   *
   * @throws {WellbegunError} `invalid-data` for an ID that the table does not have.
   */
  row(id: Id): Float32Array;
}

/** A table over an array, which is not copied. */
export function createTable(data: Float32Array, rows: number, columns: number, ids?: IdIndex): Table {
  return {
    data,
    rows,
    columns,
    ids,
    row: (id) => {
      const row = rowOf(rows, ids, id);
      return data.subarray(row * columns, (row + 1) * columns);
    },
  };
}

/**
 * The row of an ID among `rows` rows.
 *
 * @throws {WellbegunError} `invalid-data` for an ID that is not there.
 */
export function rowOf(rows: number, ids: IdIndex | undefined, id: Id): number {
  const row = ids === undefined ? id : ids.rowOf(id);
  if (typeof row === "number" && Number.isInteger(row) && row >= 0 && row < rows) return row;
  throw new WellbegunError("invalid-data", {
    doing: "looking up a row by its ID",
    expected: ids === undefined ? `a row number from 0 to ${rows - 1}` : `one of ${rows} IDs`,
    found: `${typeof id} ${JSON.stringify(String(id))}`,
  });
}
