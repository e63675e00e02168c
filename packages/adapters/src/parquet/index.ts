/**
 * Parquet files: read as columns of interactions, features and vectors, and written as tables of vectors with IDs. Runs in
 * browsers too.
 *
 * @module
 */

export type { ByteSource } from "./bytes.ts";
export type { EncodeParquetOptions } from "./encode.ts";
export { encodeParquet, parquetChunks } from "./encode.ts";
export { openParquet, type ParquetOptions } from "./open.ts";
