/**
 * Vectors in LanceDB, embedded or remote, through the caller's own connection.
 *
 * @module
 */
import type { Table } from "@wellbegun/core";
import { namesOf } from "@wellbegun/core/support";
import { type Batch, checkVectors, vectorBatches } from "../vectors/batches.ts";
import { asVectors, type Vectors } from "../vectors/vectors.ts";
import type { LanceConnection, LanceRows, LanceTable, MakeArrowTable } from "./lancedb-client.ts";
import { checkOrigin, metadataOf } from "./origin.ts";
import {
  badOption,
  checkDistance,
  checkTotal,
  compareSample,
  type Distance,
  defaultBatchRows,
  mismatch,
  type ResolvedStoreOptions,
  resolveStoreOptions,
  Sample,
  type SampleRow,
  type Stored,
  type StoreOptions,
  storeError,
} from "./store.ts";

export type {
  LanceConnection,
  LanceMerge,
  LanceQuery,
  LanceTable,
  MakeArrowTable,
} from "./lancedb-client.ts";
export type { Distance, Stored, StoreOptions } from "./store.ts";

/** Options of {@link verifyLancedb}. */
export interface LancedbTableOptions extends StoreOptions {
  readonly table: string;
}

/** Options of {@link writeLancedb}. */
export interface LancedbOptions extends LancedbTableOptions {
  /** LanceDB's own function: `import { makeArrowTable } from "@lancedb/lancedb"`. */
  readonly makeArrowTable: MakeArrowTable;
  /**
   * Rows that become one version of the table. Default: all of them, so that readers see all old rows or all new ones;
   * memory then holds the table several times. A smaller number limits memory to these rows: readers of the
   * latest version then see the table grow, and a failure restores the earlier version.
   */
  readonly rowsPerBatch?: number | undefined;
  /**
   * The similarity that the metadata records. Default: `dot`, as `recommend` does. LanceDB takes the similarity
   * with each query (`.distanceType("dot")`; its own default is `l2`) and with each index.
   */
  readonly distance?: Distance | undefined;
}

/** The result of {@link writeLancedb}. */
export interface LancedbStored extends Stored {
  /** The table's new version. */
  readonly version: number;
}

const optionNames = namesOf<LancedbOptions>({
  mode: true,
  rowsPerBatch: true,
  verifyRows: true,
  signal: true,
  table: true,
  makeArrowTable: true,
  distance: true,
});

const DOING = "writing vectors to LanceDB";
const VERIFYING = "verifying vectors in LanceDB";

/**
 * Writes vectors into a table of `id` (text) and `vector` (float32, of fixed size). `replace` makes a new
 * version of the whole table: its other columns and its indexes are dropped, and earlier versions stay until
 * LanceDB's `optimize` removes them. `upsert` merges by ID and makes the table if it does not exist. The schema
 * metadata of a replaced table holds the vectors' origin under the key `wellbegun`.
 *
 * If anything fails, the earlier version is restored as the latest; this also reverts versions that other
 * writers made in between.
 *
 * @throws {WellbegunError} `mismatch` if a table to upsert into has other columns, another width or another
 * origin, or does not hold the rows that were sent; `invalid-data` if an ID is repeated or a value is not finite; `invalid-option`;
 * `aborted`; `io` with what LanceDB threw.
 */
export async function writeLancedb(
  connection: LanceConnection,
  given: Table | Vectors,
  options: LancedbOptions,
): Promise<LancedbStored> {
  const vectors = asVectors(given);
  const rowsPerBatch = options.rowsPerBatch ?? Math.max(1, vectors.rows);
  const resolved = resolveStoreOptions({ ...options, rowsPerBatch }, optionNames, vectors, DOING);
  const { table: name, distance = "dot" } = options;
  if (name === "") throw badOption("table", "a name", '""', DOING);
  checkDistance(distance, DOING);
  checkVectors(vectors, DOING);
  try {
    const before = await openIfThere(connection, name);
    const version = await before?.version();
    if (before !== undefined && resolved.mode === "upsert") {
      const record = await checkColumns(before, vectors, name);
      checkOrigin(record, vectors, DOING, `table ${name}`);
    }
    try {
      const { table, sample } = await write(connection, before, vectors, options, resolved, distance);
      const stored = await verify(table, vectors, sample, resolved.mode, name);
      return { ...stored, version: await table.version() };
    } catch (error) {
      await restore(connection, name, version);
      throw error;
    }
  } catch (cause) {
    throw storeError(cause, DOING, `table ${name}`);
  }
}

/**
 * Compares a table's latest version with vectors: columns, the number of rows, and some of them value by value. Reads only.
 *
 * @throws {WellbegunError} `mismatch` naming the first difference; `io` with what LanceDB threw.
 */
export async function verifyLancedb(
  connection: LanceConnection,
  given: Table | Vectors,
  options: LancedbTableOptions,
): Promise<Stored> {
  const vectors = asVectors(given);
  const { mode, rowsPerBatch, verifyRows } = resolveStoreOptions(options, optionNames, vectors, VERIFYING);
  try {
    const table = await connection.openTable(options.table);
    await checkColumns(table, vectors, options.table);
    const sample = new Sample(vectors, verifyRows);
    for await (const batch of vectorBatches(vectors, { doing: VERIFYING, rowsPerBatch })) sample.take(batch);
    return await verify(table, vectors, sample.rows, mode, options.table);
  } catch (cause) {
    throw storeError(cause, VERIFYING, `table ${options.table}`);
  }
}

/**
 * Opens a table if the list of tables names it: opening an absent table fails with the same error as a damaged
 * one.
 */
async function openIfThere(connection: LanceConnection, name: string): Promise<LanceTable | undefined> {
  // Names may come in pages, in order.
  for (let startAfter: string | undefined; ; ) {
    const names = await connection.tableNames(startAfter === undefined ? {} : { startAfter });
    if (names.includes(name)) return connection.openTable(name);
    startAfter = names.at(-1);
    if (startAfter === undefined) return undefined;
  }
}

/** Checks the columns, and returns the record of the origin. */
async function checkColumns(table: LanceTable, { columns }: Vectors, name: string): Promise<unknown> {
  const { fields, metadata } = await table.schema();
  const types = new Map(fields.map((field) => [field.name, String(field.type)]));
  const expected = `id of Utf8 and vector of FixedSizeList[${columns}]<Float32>`;
  const found = `${types.get("id")} and ${types.get("vector")}`;
  const same = types.get("id") === "Utf8" && types.get("vector") === `FixedSizeList[${columns}]<Float32>`;
  if (same) return JSON.parse(metadata?.get("wellbegun") ?? "null");
  throw mismatch(DOING, expected, found, `table ${name}`);
}

async function write(
  connection: LanceConnection,
  before: LanceTable | undefined,
  vectors: Vectors,
  { makeArrowTable, table: name }: LancedbOptions,
  { mode, rowsPerBatch, verifyRows, signal }: ResolvedStoreOptions,
  distance: Distance,
): Promise<{ table: LanceTable; sample: readonly SampleRow[] }> {
  const { wellbegun } = metadataOf(vectors, distance);
  const metadata = new Map([["wellbegun", JSON.stringify(wellbegun)]]);
  const sample = new Sample(vectors, verifyRows);
  let table = mode === "upsert" ? before : undefined;
  let parts: LanceRows[] = [];
  let count = 0;
  const commit = async (): Promise<void> => {
    const [first, ...others] = parts;
    if (first === undefined) return;
    const rows = first.concat(...others);
    [parts, count] = [[], 0];
    if (table === undefined) {
      table = await connection.createTable(name, rows, {
        mode: before === undefined ? "create" : "overwrite",
      });
    } else if (mode === "upsert") {
      await table.mergeInsert("id").whenMatchedUpdateAll().whenNotMatchedInsertAll().execute(rows);
    } else {
      await table.add(rows);
    }
  };
  const readRows = Math.min(rowsPerBatch, defaultBatchRows(vectors));
  for await (const batch of vectorBatches(vectors, { doing: DOING, rowsPerBatch: readRows, signal })) {
    if (count + batch.ids.length > rowsPerBatch) await commit();
    parts.push(makeArrowTable(recordsOf(batch, vectors.columns), {}, metadata));
    count += batch.ids.length;
    sample.take(batch);
  }
  await commit();
  return { table: table ?? (await connection.openTable(name)), sample: sample.rows };
}

/**
 * Rows as objects, from which LanceDB makes tables; a part at a time, since objects take ten times the memory.
 */
function recordsOf({ ids, data }: Batch, columns: number): Record<string, unknown>[] {
  return ids.map((id, row) => ({ id, vector: data.subarray(row * columns, (row + 1) * columns) }));
}

/** Restores the earlier version as the latest, or removes a table that did not exist before. */
async function restore(
  connection: LanceConnection,
  name: string,
  version: number | undefined,
): Promise<void> {
  const table = await openIfThere(connection, name);
  if (table === undefined) return;
  if (version === undefined) return connection.dropTable(name);
  if ((await table.version()) === version) return;
  await table.checkout(version);
  await table.restore();
}

async function verify(
  table: LanceTable,
  { rows }: Vectors,
  sample: readonly SampleRow[],
  mode: "replace" | "upsert",
  name: string,
): Promise<Stored> {
  const total = await table.countRows();
  checkTotal(total, rows, mode, VERIFYING, `table ${name}`);
  const ids = sample.map(({ id }) => `'${id.replaceAll("'", "''")}'`).join(", ");
  const found = new Map<string, number[]>();
  if (ids !== "") {
    const read = await table.query().where(`id IN (${ids})`).select(["id", "vector"]).toArray();
    for (const { id, vector } of read) found.set(String(id), Array.from(vector as Iterable<number>));
  }
  compareSample(sample, found, VERIFYING);
  return { rows, total, verified: sample.length };
}
