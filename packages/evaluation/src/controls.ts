import { createTable, type ScoringTables, type Table, WellbegunError } from "@wellbegun/core";
import { createRandom } from "@wellbegun/core/support";

/** 0 .. rows - 1 in random order (Fisher-Yates); equal for equal seed and name. */
export function rowPermutation(rows: number, seed: number, name: string): Uint32Array {
  const random = createRandom(seed, `permuted/${name}`);
  const order = Uint32Array.from({ length: rows }, (_, row) => row);
  for (let i = rows - 1; i > 0; i--) {
    const j = random.integer(i + 1);
    [order[i], order[j]] = [order[j]!, order[i]!];
  }
  return order;
}

/**
 * The table with its rows in another order: row r of the result is row `order[r]` of the table.
 *
 * @throws {WellbegunError} `mismatch` if the order has another number of rows than the table.
 */
export function permuteRows<T extends Float32Array | Int32Array>(
  table: T,
  columns: number,
  order: Uint32Array,
): T {
  if (table.length !== order.length * columns) {
    throw new WellbegunError("mismatch", {
      doing: "permuting rows",
      expected: `${order.length} rows of ${columns} values`,
      found: `${table.length} values`,
    });
  }
  const result = table.slice() as T;
  for (const [row, from] of order.entries()) {
    result.set(table.subarray(from * columns, (from + 1) * columns), row * columns);
  }
  return result;
}

/**
 * The permuted control: both tables with their rows in random order, each in its own order. Values and scale
 * stay the same, and the assignment to users and items is lost: a gain that the control reaches too does not
 * come from the vectors' content.
 */
export function permutedTables(tables: ScoringTables, seed: number = 999): ScoringTables {
  const permuted = ({ data, rows, columns, ids }: Table, name: string): Table =>
    createTable(permuteRows(data, columns, rowPermutation(rows, seed, name)), rows, columns, ids);
  return { users: permuted(tables.users, "users"), items: permuted(tables.items, "items") };
}

/** Tables of standard normal values: a random start without wellbegun, up to a factor. */
export function randomTables(
  userCount: number,
  itemCount: number,
  columns: number,
  seed: number = 999,
): ScoringTables {
  const table = (rows: number, name: string): Table => {
    const random = createRandom(seed, `random/${name}`);
    const data = new Float32Array(rows * columns);
    for (let at = 0; at < data.length; at++) data[at] = random.normal();
    return createTable(data, rows, columns);
  };
  return { users: table(userCount, "users"), items: table(itemCount, "items") };
}
