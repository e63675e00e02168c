import type { AbortSignalLike, AnyInteractions } from "@wellbegun/core";
import { type BundleTable, tableBlocks } from "../bundle/tables.ts";
import { parquetChunks } from "../parquet/encode.ts";
import type { Vectors } from "../vectors/vectors.ts";

/** The fused tables of a bundle as Parquet files, `users.parquet` and `items.parquet`, in chunks. */
export function parquetFiles(
  tables: readonly BundleTable[],
  { userIds, itemIds }: Pick<AnyInteractions, "userIds" | "itemIds">,
  signal: AbortSignalLike | undefined,
): Record<string, AsyncIterable<Uint8Array>> {
  const files: Record<string, AsyncIterable<Uint8Array>> = {};
  for (const table of tables) {
    const { name, rows, columns } = table;
    if ((name !== "users" && name !== "items") || columns === undefined) continue;
    const ids = (name === "users" ? userIds : itemIds)?.ids;
    const vectors: Vectors = {
      kind: name,
      rows,
      columns,
      ids,
      blocks: (most) => rowBlocks(table, columns, most),
    };
    files[`${name}.parquet`] = parquetChunks(vectors, { signal });
  }
  return files;
}

/** The blocks of a table, cut to at most `most` rows. */
async function* rowBlocks(table: BundleTable, columns: number, most: number): AsyncGenerator<Float32Array> {
  for await (const block of tableBlocks(table)) {
    for (let at = 0; at < block.length; at += most * columns) {
      yield block.subarray(at, at + most * columns) as Float32Array;
    }
  }
}
