import { importPeer } from "@wellbegun/core/backend";
import { importModule } from "./import-module.ts";

/** What is used of a column of a chunk in `@duckdb/node-api`. */
export interface DuckdbVector {
  getItem(row: number): unknown;
}

/** What is used of a chunk, some 2,000 rows of a result. */
export interface DuckdbChunk {
  readonly rowCount: number;
  getColumnVector(column: number): DuckdbVector;
}

/** What is used of a result. */
export interface DuckdbResult {
  fetchChunk(): Promise<DuckdbChunk | null>;
}

/** What is used of a reader of a whole result. */
export interface DuckdbRows {
  getRows(): readonly (readonly unknown[])[];
}

/** What is used of an appender of rows to a table. */
export interface DuckdbAppender {
  appendVarchar(value: string): void;
  appendBigInt(value: bigint): void;
  endRow(): void;
  closeSync(): void;
}

/** What is used of a connection. */
export interface DuckdbConnection {
  run(sql: string): Promise<unknown>;
  runAndReadAll(sql: string): Promise<DuckdbRows>;
  stream(sql: string): Promise<DuckdbResult>;
  createAppender(table: string): Promise<DuckdbAppender>;
  interrupt(): void;
  readonly progress: { readonly percentage: number };
  closeSync(): void;
}

/** What is used of an instance. */
export interface DuckdbInstance {
  connect(): Promise<DuckdbConnection>;
  closeSync(): void;
}

/** What is used of the package `@duckdb/node-api`; the tests hold it to the real one. */
export interface DuckdbModule {
  readonly DuckDBInstance: {
    create(path: string, options: Record<string, string>): Promise<DuckdbInstance>;
  };
}

/**
 * The package `@duckdb/node-api`, loaded when it is first used.
 *
 * @throws {WellbegunError} `unavailable` with the install command.
 */
export async function loadDuckdb(doing: string): Promise<DuckdbModule> {
  return (await importPeer(importModule, "@duckdb/node-api", { doing })) as never;
}
