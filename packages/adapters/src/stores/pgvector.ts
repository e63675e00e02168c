/**
 * Vectors in PostgreSQL with the extension pgvector, through the caller's own client.
 *
 * @module
 */
import { type Table, WellbegunError } from "@wellbegun/core";
import { namesOf } from "@wellbegun/core/support";
import { checkVectors, vectorBatches } from "../vectors/batches.ts";
import { asVectors, type Vectors } from "../vectors/vectors.ts";
import { checkOrigin, metadataOf } from "./origin.ts";
import {
  inTransaction,
  onConnection,
  type PgClient,
  type PgPool,
  quoteIdentifier,
  quoteLiteral,
} from "./pg-client.ts";
import { describeTable, type PgTable, type PgTableOptions } from "./pg-table.ts";
import {
  badOption,
  checkDistance,
  checkTotal,
  compareSample,
  type Distance,
  type ResolvedStoreOptions,
  resolveStoreOptions,
  Sample,
  type SampleRow,
  type Stored,
  type StoreOptions,
  storeError,
} from "./store.ts";

export type { PgClient, PgPool } from "./pg-client.ts";
export type { PgTableOptions } from "./pg-table.ts";
export type { Distance, Stored, StoreOptions } from "./store.ts";

/** Options of {@link writePgvector}. */
export interface PgvectorOptions extends StoreOptions, PgTableOptions {
  /**
   * The similarity of the index, recorded in the table's comment. Default: `dot` (the operator `<#>`), by which
   * `recommend` ranks; `cosine` is `<=>`. Without an index both work on the same table.
   */
  readonly distance?: Distance | undefined;
  /**
   * `hnsw`: an approximate index, made in the same transaction unless an index of its name exists. Default:
   * `none`, exact search.
   */
  readonly index?: "hnsw" | "none" | undefined;
}

/** The result of {@link writePgvector}. */
export interface PgvectorStored extends Stored {
  /** Rows that were new or differed. */
  readonly changed: number;
  /** Rows that were deleted; 0 for `upsert`. */
  readonly deleted: number;
}

const optionNames = namesOf<PgvectorOptions>({
  mode: true,
  rowsPerBatch: true,
  verifyRows: true,
  signal: true,
  table: true,
  schema: true,
  idColumn: true,
  embeddingColumn: true,
  idType: true,
  distance: true,
  index: true,
});

const DOING = "writing vectors to pgvector";
const VERIFYING = "verifying vectors in pgvector";
const STAGING = "pg_temp.wellbegun_staging";

/**
 * Writes vectors into a table of `id` and `embedding`, which is made if it does not exist. Everything happens
 * in one transaction: readers see the old rows until it ends, and a failure changes nothing. Rows go to a
 * temporary table first; unchanged rows are not touched, and the table's other columns, grants, indexes and
 * views stay.
 *
 * @param client A `Client`, `PoolClient` or `Pool` of `pg`, not inside a transaction.
 * @throws {WellbegunError} `unavailable` if the extension is not installed in the database; `mismatch` if the table has other
 * columns or another width, rows to upsert have another origin, or the table does not hold the rows that were sent; `invalid-data` if an ID is repeated or a
 * value is not finite; `invalid-option`; `aborted`; `io` with what the client threw.
 */
export async function writePgvector(
  client: PgClient | PgPool,
  given: Table | Vectors,
  options: PgvectorOptions,
): Promise<PgvectorStored> {
  const vectors = asVectors(given);
  const resolved = resolveStoreOptions(options, optionNames, vectors, DOING);
  const { distance = "dot", index = "none" } = options;
  checkDistance(distance, DOING);
  if (index !== "hnsw" && index !== "none") throw badOption("index", "hnsw or none", String(index), DOING);
  checkVectors(vectors, DOING);
  try {
    return await onConnection(client, (connection) =>
      inTransaction(connection, async () => {
        const table = await describeTable(connection, vectors, options, DOING);
        if (resolved.mode === "upsert") checkOrigin(table.record, vectors, DOING, `table ${table.name}`);
        const sample = await stage(connection, vectors, table, resolved);
        await create(connection, table, resolved.mode);
        const counts = await merge(connection, table, resolved.mode);
        if (index === "hnsw") await createIndex(connection, table, distance);
        if (table.ours)
          await comment(connection, table, JSON.stringify(metadataOf(vectors, distance)), resolved.mode);
        const total = await verify(connection, table, vectors, sample, resolved.mode);
        return { rows: vectors.rows, total, verified: sample.length, ...counts };
      }),
    );
  } catch (cause) {
    throw storeError(cause, DOING, `table ${options.table}`);
  }
}

/**
 * Compares a table with vectors: the number of rows, and some of them value by value. Reads only.
 *
 * @returns The number of rows of the table, and the number that were compared.
 * @throws {WellbegunError} `mismatch` naming the first difference; `io` with what the client threw.
 */
export async function verifyPgvector(
  client: PgClient | PgPool,
  given: Table | Vectors,
  options: PgvectorOptions,
): Promise<Stored> {
  const vectors = asVectors(given);
  const { mode, rowsPerBatch, verifyRows } = resolveStoreOptions(options, optionNames, vectors, VERIFYING);
  try {
    return await onConnection(client, async (connection) => {
      const table = await describeTable(connection, vectors, options, VERIFYING);
      const sample = new Sample(vectors, verifyRows);
      for await (const batch of vectorBatches(vectors, { doing: VERIFYING, rowsPerBatch }))
        sample.take(batch);
      const total = await verify(connection, table, vectors, sample.rows, mode);
      return { rows: vectors.rows, total, verified: sample.rows.length };
    });
  } catch (cause) {
    throw storeError(cause, VERIFYING, `table ${options.table}`);
  }
}

/** Sends the rows into a temporary table, which ends with the transaction. */
async function stage(
  client: PgClient,
  vectors: Vectors,
  { idType, width }: PgTable,
  { rowsPerBatch, verifyRows, signal }: ResolvedStoreOptions,
): Promise<readonly SampleRow[]> {
  const sample = new Sample(vectors, verifyRows);
  await client.query(
    `CREATE TEMPORARY TABLE wellbegun_staging (id ${idType} PRIMARY KEY, embedding ${width}) ON COMMIT DROP`,
  );
  const insert = `INSERT INTO ${STAGING} SELECT id::${idType}, embedding::${width}
    FROM unnest($1::text[], $2::text[]) AS rows (id, embedding)`;
  for await (const batch of vectorBatches(vectors, { doing: DOING, rowsPerBatch, signal })) {
    const { columns } = vectors;
    // A float32 is written as the text of the same float64 number, which pgvector parses to the same float32.
    const texts = batch.ids.map(
      (_, row) => `[${batch.data.subarray(row * columns, (row + 1) * columns).join(",")}]`,
    );
    await client.query(insert, [batch.ids, texts]);
    sample.take(batch);
  }
  return sample.rows;
}

async function create(
  client: PgClient,
  { name, id, embedding, idType, width, exists }: PgTable,
  mode: "replace" | "upsert",
): Promise<void> {
  if (!exists)
    await client.query(`CREATE TABLE ${name} (${id} ${idType} PRIMARY KEY, ${embedding} ${width} NOT NULL)`);
  // The lock makes other writers wait, but not readers: no rows are added between the statements of a replacement.
  // Upserts lock the rows that they write, in the order of the IDs, and run beside each other.
  if (mode === "replace") await client.query(`LOCK TABLE ${name} IN SHARE ROW EXCLUSIVE MODE`);
}

async function merge(
  client: PgClient,
  { name, id, embedding }: PgTable,
  mode: "replace" | "upsert",
): Promise<{ changed: number; deleted: number }> {
  const count = async (statement: string): Promise<number> => {
    const { rows } = await client.query(
      `WITH done AS (${statement} RETURNING 1) SELECT count(*) AS rows FROM done`,
    );
    return Number(rows[0]?.rows);
  };
  const stale = `DELETE FROM ${name} AS target WHERE NOT EXISTS
    (SELECT FROM ${STAGING} AS staged WHERE staged.id = target.${id})`;
  const deleted = mode === "replace" ? await count(stale) : 0;
  const changed =
    await count(`INSERT INTO ${name} AS target (${id}, ${embedding}) SELECT id, embedding FROM ${STAGING} ORDER BY id
    ON CONFLICT (${id}) DO UPDATE SET ${embedding} = excluded.${embedding}
    WHERE target.${embedding} IS DISTINCT FROM excluded.${embedding}`);
  return { changed, deleted };
}

async function createIndex(client: PgClient, table: PgTable, distance: Distance): Promise<void> {
  const index = quoteIdentifier(`${table.plainName}_hnsw_${distance}`, "table", DOING);
  const operators = distance === "dot" ? "vector_ip_ops" : "vector_cosine_ops";
  await client.query(
    `CREATE INDEX IF NOT EXISTS ${index} ON ${table.name} USING hnsw (${table.embedding} ${operators})`,
  );
}

/**
 * Records the rows' origin in the table's comment. An upsert keeps the record of the last replacement, which
 * remains true of the other rows.
 */
async function comment(
  client: PgClient,
  { name, exists }: PgTable,
  text: string,
  mode: "replace" | "upsert",
): Promise<void> {
  if (mode === "replace" || !exists) await client.query(`COMMENT ON TABLE ${name} IS${quoteLiteral(text)}`);
}

async function verify(
  client: PgClient,
  { name, id, embedding, idType }: PgTable,
  { rows }: Vectors,
  sample: readonly SampleRow[],
  mode: "replace" | "upsert",
): Promise<number> {
  const counted = await client.query(`SELECT count(*) AS rows FROM ${name}`);
  const total = Number(counted.rows[0]?.rows);
  checkTotal(total, rows, mode, VERIFYING, `table ${name}`);
  const read = await client.query(
    `SELECT ${id}::text AS id, ${embedding}::text AS embedding FROM ${name} WHERE ${id} = ANY ($1::text[]::${idType}[])`,
    [sample.map((row) => row.id)],
  );
  const found = new Map(read.rows.map((row) => [String(row.id), vectorOf(row.embedding)]));
  compareSample(sample, found, VERIFYING);
  return total;
}

/** A vector's text, `[1,2.5]`, as numbers. */
function vectorOf(text: unknown): number[] {
  const value: unknown = JSON.parse(String(text));
  if (Array.isArray(value)) return value.map(Number);
  throw new WellbegunError("format", { doing: VERIFYING, expected: "a vector", found: String(text) });
}
