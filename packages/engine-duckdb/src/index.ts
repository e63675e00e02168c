/**
 * Interaction logs larger than memory, from Parquet, CSV and JSON lines, through DuckDB, which is an optional package:
 * `npm install @duckdb/node-api`.
 *
 * @module
 */
export { type OpenColumnsOptions, openColumns } from "./column-file.ts";
export type {
  DuckdbAppender,
  DuckdbChunk,
  DuckdbConnection,
  DuckdbInstance,
  DuckdbModule,
  DuckdbResult,
  DuckdbRows,
  DuckdbVector,
} from "./duckdb.ts";
export type { DuckdbLog, DuckdbLogOptions } from "./log.ts";
export { openLog } from "./log.ts";
export type { StreamedLog } from "./read-log.ts";
export { readLog, streamLog } from "./read-log.ts";
export type { SessionOptions } from "./session-options.ts";
export type { LogFormat } from "./sql.ts";
