import { badOption } from "./store.ts";

/**
 * The part of a PostgreSQL client that is used, as a type of this package: a `Client` or `PoolClient` of the
 * package `pg` satisfies it. Whole numbers of 64 bits may come back as text.
 */
export interface PgClient {
  query(
    text: string,
    values?: unknown[],
  ): Promise<{ readonly rows: readonly Readonly<Record<string, unknown>>[] }>;
}

/** A `Pool` of the package `pg`: a connection is checked out and released. */
export interface PgPool {
  readonly totalCount: number;
  connect(): Promise<PgClient & { release(error?: Error | boolean): void }>;
}

/** Runs `work` on one connection: a transaction must not be spread over a pool's. */
export async function onConnection<T>(
  client: PgClient | PgPool,
  work: (connection: PgClient) => Promise<T>,
): Promise<T> {
  if (!("totalCount" in client)) return work(client);
  const connection = await client.connect();
  try {
    const result = await work(connection);
    connection.release();
    return result;
  } catch (error) {
    // The connection is not released to the pool, since its state is unknown.
    connection.release(true);
    throw error;
  }
}

/** Runs `work` in a transaction, which commits as a whole or rolls back. */
export async function inTransaction<T>(client: PgClient, work: () => Promise<T>): Promise<T> {
  await client.query("BEGIN");
  try {
    const result = await work();
    await client.query("COMMIT");
    return result;
  } catch (error) {
    // A broken connection cannot roll back; the server does so itself.
    await client.query("ROLLBACK").catch(() => undefined);
    throw error;
  }
}

/** A name as a quoted SQL identifier. */
export function quoteIdentifier(name: string, option: string, doing: string): string {
  if (name === "" || name.includes("\0")) {
    throw badOption(option, "a name", JSON.stringify(name), doing);
  }
  return `"${name.replaceAll('"', '""')}"`;
}

/** Text as an SQL literal, for statements that take no parameters. */
export function quoteLiteral(text: string): string {
  return ` E'${text.replaceAll("\\", "\\\\").replaceAll("'", "''")}'`;
}
