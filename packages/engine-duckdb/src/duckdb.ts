import { importPeer } from "@wellbegun/core/backend";
import { importModule } from "./import-module.ts";

/** The part of a chunk's column in `@duckdb/node-api` that is used. */
export interface DuckdbVector {
  getItem(row: number): unknown;
}

/** The part of a chunk that is used; a chunk has about 2,000 rows of a result. */
export interface DuckdbChunk {
  readonly rowCount: number;
  getColumnVector(column: number): DuckdbVector;
}

/** The part of a result that is used. */
export interface DuckdbResult {
  fetchChunk(): Promise<DuckdbChunk | null>;
}

/** The part of a reader of a whole result that is used. */
export interface DuckdbRows {
  getRows(): readonly (readonly unknown[])[];
}

/** The part of an appender of rows to a table that is used. */
export interface DuckdbAppender {
  appendVarchar(value: string): void;
  appendBigInt(value: bigint): void;
  endRow(): void;
  closeSync(): void;
}

/** The part of a connection that is used. */
export interface DuckdbConnection {
  run(sql: string): Promise<unknown>;
  runAndReadAll(sql: string): Promise<DuckdbRows>;
  stream(sql: string): Promise<DuckdbResult>;
  createAppender(table: string): Promise<DuckdbAppender>;
  interrupt(): void;
  readonly progress: { readonly percentage: number };
  closeSync(): void;
}

/** The part of an instance that is used. */
export interface DuckdbInstance {
  connect(): Promise<DuckdbConnection>;
  closeSync(): void;
}

/** The part of the package `@duckdb/node-api` that is used; tests compare it with the real package. */
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
