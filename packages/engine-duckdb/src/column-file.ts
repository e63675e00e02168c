import type { ColumnBatch } from "@wellbegun/adapters/columns";
import { type ColumnFile, openColumnFile } from "@wellbegun/adapters/node";
import { namesOf, refuseUnknownKeys } from "@wellbegun/core/support";
import type { DuckdbVector } from "./duckdb.ts";
import { Session } from "./session.ts";
import { type SessionOptions, sessionOptionNames } from "./session-options.ts";
import { endingFormat, name, readingOf } from "./sql.ts";

/** Options of {@link openColumns}. */
export interface OpenColumnsOptions extends SessionOptions {
  /** What values of binary columns of Parquet are that do not say that they are text. Default: `text`. */
  readonly binary?: "text" | "bytes" | undefined;
}

const optionNames = [
  ...sessionOptionNames,
  ...namesOf<Omit<OpenColumnsOptions, keyof SessionOptions>>({ binary: true }),
];

/**
 * Opens a file of columns, such as the vectors of items, which DuckDB reads some 2,000 rows at a time. Its memory does not grow
 * with the row groups of a Parquet file, which `openColumnFile` of `@wellbegun/adapters` decodes as a whole where the file has no
 * page index. It also reads CSV and JSON lines. Files of other formats are opened by `openColumnFile`.
 *
 * @param options DuckDB uses one thread, so that rows keep their order in little memory; it needs a page of the file and what is
 * decoded of it.
 * @throws {WellbegunError} `unavailable` if `@duckdb/node-api` is not installed; `io` if the file cannot be read; `format`
 * if its content does not match its ending; `invalid-option`; `aborted`.
 */
export async function openColumns(path: string, options: OpenColumnsOptions = {}): Promise<ColumnFile> {
  refuseUnknownKeys("opening a file of columns", options, optionNames);
  const format = endingFormat(path);
  if (format === undefined) return await openColumnFile(path, { binary: options.binary });
  const session = await Session.open({ ...options, onProgress: undefined, threads: 1 });
  try {
    // One file, with its own columns: neither a pattern, nor columns from the names of its folders.
    const table = readingOf([plainPattern(path)], format, ", hive_partitioning = false", options.binary);
    const described = await session.rows(`describe select * from ${table}`, "reading the columns of a file");
    const types = new Map(described.map(([column, type]) => [String(column), String(type)]));
    const batches = (wanted: readonly string[]): AsyncGenerator<ColumnBatch> => {
      const list = wanted.map((column) => expressionOf(column, types.get(column)!)).join(", ");
      return readBatches(session, list, table, wanted.length);
    };
    return { label: path, names: [...types.keys()], batches, close: () => session.close() };
  } catch (error) {
    await session.close();
    throw error;
  }
}

/** The pattern that only this path matches. */
function plainPattern(path: string): string {
  return path.replace(/[*?[]/g, "[$&]");
}

async function* readBatches(
  session: Session,
  list: string,
  table: string,
  width: number,
): AsyncGenerator<ColumnBatch> {
  const note = "reading a file of columns";
  const [count] = await session.row(`select count(*) from ${table}`, note);
  let firstRow = 0;
  for await (const chunk of session.chunks(`select ${list} from ${table}`, note, Number(count), false)) {
    const rows = chunk.rowCount;
    const columns = Array.from({ length: width }, (_, column) =>
      valuesOf(chunk.getColumnVector(column), rows),
    );
    yield { firstRow, rows, columns };
    firstRow += rows;
  }
}

/** A column in a type whose values JavaScript has: decimals as float64, UUIDs and enumerations as text. */
function expressionOf(column: string, type: string): string {
  const decimal = /^DECIMAL\([^)]*\)(\[\d*\])?$/.exec(type);
  if (decimal !== null) return `${name(column)}::double${decimal[1] === undefined ? "" : "[]"}`;
  return /^(UUID|ENUM.*)$/.test(type) ? `${name(column)}::varchar` : name(column);
}

function valuesOf(vector: DuckdbVector, rows: number): unknown[] {
  const list = floatLists(vector);
  return Array.from({ length: rows }, (_, row) => list?.(row) ?? plainValue(vector.getItem(row)));
}

/** The part of a vector of lists that is used, where the package gives it. */
interface ListVector {
  readonly validity: { itemValid(row: number): boolean };
  readonly childVector: { readonly items?: unknown; readonly validity?: { readonly data?: unknown } };
  getEntryOffset(row: number): number;
  getEntryLength(row: number): number;
}

/**
 * Reads lists of floats as views of one copy of a chunk's values, at a tenth of the time of single values; undefined for other
 * vectors, and where an element is null.
 */
function floatLists(vector: DuckdbVector): ((row: number) => Float32Array | undefined) | undefined {
  const list = vector as DuckdbVector & Partial<ListVector>;
  const { items, validity } = list.childVector ?? {};
  if (!(items instanceof Float32Array) || validity?.data !== null) return undefined;
  // The package may give the chunk's own memory, which ends with the chunk.
  const own = items.slice();
  return (row) => {
    if (list.validity?.itemValid(row) !== true) return undefined;
    const start = list.getEntryOffset!(row);
    return own.subarray(start, start + list.getEntryLength!(row));
  };
}

/** A value of DuckDB as columns hold it: lists and arrays as arrays, structures as objects, bytes as bytes of their own, dates and times as dates. */
function plainValue(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  const { entries, items, bytes, days, seconds, millis, micros, nanos } = value as Readonly<
    Record<string, unknown>
  >;
  if (Array.isArray(items)) return items.map(plainValue);
  if (bytes instanceof Uint8Array) return new Uint8Array(bytes);
  if (typeof entries === "object") return entries;
  // An interval has several of them, and is no time.
  const times = [days, seconds, millis, micros, nanos].filter((part) => part !== undefined);
  if (times.length !== 1) return value;
  if (typeof days === "number") return new Date(days * 86_400_000);
  if (typeof seconds === "bigint") return new Date(Number(seconds) * 1000);
  if (typeof millis === "bigint") return new Date(Number(millis));
  if (typeof micros === "bigint") return new Date(Number(micros / 1000n));
  return typeof nanos === "bigint" ? new Date(Number(nanos / 1_000_000n)) : value;
}
