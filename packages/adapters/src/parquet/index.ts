/**
 * Parquet files: read as columns of interactions, features and vectors, and written as tables of vectors with IDs. Runs in
 * browsers too.
 *
 * @module
 */
export type { EncodeParquetOptions } from "./encode.ts";
export { encodeParquet, parquetChunks } from "./encode.ts";
export type { ByteSource } from "./open.ts";
export { openParquet } from "./open.ts";
