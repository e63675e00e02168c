import { WellbegunError } from "@wellbegun/core";
import { firstNonFinite } from "../finite.ts";
import { isPlainFileName, type TableShape } from "./manifest-files.ts";

/** Fields that all tables of a bundle have. */
export interface TableHead {
  /** `users`, `items`, `users.<modality>`, `centroids.<modality>`, `labels.<modality>`, or a name of your own. */
  readonly name: string;
  readonly rows: number;
  /** Omitted for a one-dimensional table, such as labels. */
  readonly columns?: number | undefined;
}

/** A table in memory. */
export interface ArrayTable extends TableHead {
  /** rows x columns values, row-major. */
  readonly data: Float32Array | Int32Array;
}

/** A float32 table that is generated while it is written, so that it need not fit into memory. */
export interface StreamedTable extends TableHead {
  /**
   * Blocks of whole rows, row-major, in order; together rows x columns values. A generator may reuse one array
   * for all blocks.
   */
  readonly blocks: Iterable<Float32Array> | AsyncIterable<Float32Array>;
}

/** A table of a bundle. */
export type BundleTable = ArrayTable | StreamedTable;

/** Values of an in-memory table that are written at a time, in whole rows: few enough that an abort takes effect soon. */
const BLOCK_VALUES = 1 << 21;

/** A table's type and lengths. */
export function tableShape(table: BundleTable): TableShape {
  const shape = table.columns === undefined ? [table.rows] : [table.rows, table.columns];
  return { dtype: "data" in table && table.data instanceof Int32Array ? "int32" : "float32", shape };
}

/**
 * Checks that tables can form one bundle.
 *
 * @throws {WellbegunError} `invalid-option` if there is no table, a name is repeated or is not a file name, or
 * values do not fit the lengths; `mismatch` if tables of users, or of items (labels included), differ in rows,
 * or from the number of IDs.
 */
export function checkTables(
  tables: readonly BundleTable[],
  idCounts: { readonly users?: number | undefined; readonly items?: number | undefined } = {},
): void {
  const names = new Set<string>();
  const counts = new Map<string, { readonly rows: number; readonly of: string }>();
  for (const [kind, rows] of Object.entries(idCounts)) {
    if (rows !== undefined) counts.set(kind, { rows, of: `the IDs of the ${kind}` });
  }
  if (tables.length === 0) throw refused("at least one table", "none", "option tables");
  for (const table of tables) {
    const at = `table ${JSON.stringify(table.name)}`;
    if (!isPlainFileName(table.name)) throw refused("a name that serves as a file name", "another", at);
    if (names.has(table.name)) throw refused("each table once", "it twice", at);
    names.add(table.name);
    const { shape } = tableShape(table);
    const values = shape.reduce((product, length) => product * length, 1);
    if (!shape.every((length) => Number.isSafeInteger(length) && length >= 0)) {
      throw refused("whole numbers of rows and columns", shape.join(" x "), at);
    }
    if ("data" in table && !(table.data instanceof Float32Array || table.data instanceof Int32Array)) {
      throw refused("a Float32Array or an Int32Array", Object.prototype.toString.call(table.data), at);
    }
    if ("data" in table && table.data.length !== values) {
      throw refused(`${shape.join(" x ")} = ${values} values`, `${table.data.length}`, at);
    }
    const kind = rowKind(table.name);
    const earlier = kind === undefined ? undefined : counts.get(kind);
    if (kind !== undefined && earlier === undefined) counts.set(kind, { rows: table.rows, of: at });
    if (earlier !== undefined && earlier.rows !== table.rows) {
      const expected = `${earlier.rows} rows, as in ${earlier.of}`;
      throw new WellbegunError("mismatch", {
        doing: "writing a bundle",
        expected,
        found: `${table.rows}`,
        at,
      });
    }
  }
}

/**
 * The table's values in blocks, each checked.
 *
 * @throws {WellbegunError} `invalid-data` if a value is NaN or infinite, naming row and column, or if the blocks do not
 * add up to the table.
 */
export async function* tableBlocks(table: BundleTable): AsyncGenerator<Float32Array | Int32Array> {
  const columns = table.columns ?? 1;
  const total = table.rows * columns;
  let done = 0;
  for await (const block of "data" in table ? slices(table.data, columns) : table.blocks) {
    if (block instanceof Float32Array) requireFinite(block, done, columns, table.name);
    done += block.length;
    if (done > total) break;
    yield block;
  }
  if (done === total) return;
  throw new WellbegunError("invalid-data", {
    doing: "writing a bundle",
    expected: `blocks of ${table.rows} x ${columns} values in all`,
    found: `${done > total ? "at least " : ""}${done}`,
    at: `table ${JSON.stringify(table.name)}`,
  });
}

/** Whether a table's rows are users, items, or neither. */
export function rowKind(name: string): "users" | "items" | undefined {
  const stem = name.split(".", 1)[0];
  if (stem === "users") return "users";
  return stem === "items" || stem === "labels" ? "items" : undefined;
}

function* slices(data: Float32Array | Int32Array, columns: number): Generator<Float32Array | Int32Array> {
  const step = Math.max(1, Math.floor(BLOCK_VALUES / columns)) * columns;
  for (let start = 0; start < data.length; start += step) yield data.subarray(start, start + step);
}

function requireFinite(block: Float32Array, done: number, columns: number, name: string): void {
  const index = firstNonFinite(block);
  if (index < 0) return;
  const row = Math.floor((done + index) / columns);
  throw new WellbegunError("invalid-data", {
    doing: "writing a bundle",
    expected: "finite numbers",
    found: `${block[index]}`,
    at: `table ${JSON.stringify(name)}, row ${row}, column ${(done + index) % columns}`,
  });
}

function refused(expected: string, found: string, at: string): WellbegunError {
  return new WellbegunError("invalid-option", { doing: "writing a bundle", expected, found, at });
}
