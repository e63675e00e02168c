import { badOption } from "./store.ts";

/**
 * What is used of a PostgreSQL client, as types of our own: a `Client` or `PoolClient` of the package `pg` satisfies it.
 * Whole numbers of 64 bits may come back as text.
 */
export interface PgClient {
  query(
    text: string,
    values?: unknown[],
  ): Promise<{ readonly rows: readonly Readonly<Record<string, unknown>>[] }>;
}

/** A `Pool` of the package `pg`: a connection of its own is taken and given back. */
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
    // Not given back: what state it is in is not known.
    connection.release(true);
    throw error;
  }
}

/** Runs `work` in a transaction of its own, which ends whole or not at all. */
export async function inTransaction<T>(client: PgClient, work: () => Promise<T>): Promise<T> {
  await client.query("BEGIN");
  try {
    const result = await work();
    await client.query("COMMIT");
    return result;
  } catch (error) {
    // A connection that broke cannot roll back, and need not: the server does.
    await client.query("ROLLBACK").catch(() => undefined);
    throw error;
  }
}

/** A name as SQL: quoted, whatever it holds. */
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
