import { rename, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import type { Table } from "@wellbegun/core";
import { type EncodeParquetOptions, parquetChunks } from "../parquet/encode.ts";
import type { Vectors } from "../vectors/vectors.ts";
import { type FileDigest, HashedFile } from "./hashed-file.ts";
import { ioError } from "./io-error.ts";

/**
 * Writes a table of vectors with IDs to a Parquet file, in chunks, so that memory does not grow with the table. The file is
 * moved into place when it is complete: if anything fails, an existing file stays unchanged, and no other file
 * remains.
 *
 * @throws {WellbegunError} `io` if it cannot be written; and the errors of `parquetChunks`.
 */
export async function writeParquet(
  path: string,
  table: Table | Vectors,
  options: EncodeParquetOptions = {},
): Promise<FileDigest> {
  const partial = join(dirname(path), `.${basename(path)}.partial-${crypto.randomUUID()}`);
  const file = await HashedFile.create(partial, path);
  try {
    for await (const chunk of parquetChunks(table, options)) await file.write(chunk);
    const digest = await file.finish();
    await rename(partial, path).catch((cause: unknown) => {
      throw ioError("writing a Parquet file", "to move it into place", path, cause);
    });
    return digest;
  } catch (error) {
    await file.abandon();
    await rm(partial, { force: true });
    throw error;
  }
}
