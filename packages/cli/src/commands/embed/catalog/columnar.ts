import type { ColumnBatch, ColumnSource } from "@wellbegun/adapters/columns";
import { openColumnFile } from "@wellbegun/adapters/node";
import { isWellbegunError } from "@wellbegun/core";
import { importPeer } from "@wellbegun/core/backend";
import { importModule } from "../../../shared/backends/import-module.ts";

/**
 * A Parquet or Arrow file. Each reading opens it anew, so that a catalog of many files holds one of them open. Where DuckDB is installed,
 * it reads Parquet some 2,000 rows at a time; without it, a row group without a page index is decoded as a whole.
 */
export async function openColumnar(path: string): Promise<ColumnSource> {
  const open = /\.(parquet|pq)$/i.test(path) ? await parquetReader(path) : openColumnFile;
  const file = await open(path);
  await file.close();
  return {
    label: path,
    names: file.names,
    batches: async function* (wanted): AsyncGenerator<ColumnBatch> {
      const opened = await open(path);
      try {
        yield* opened.batches(wanted);
      } finally {
        await opened.close();
      }
    },
  };
}

type Open = (path: string) => ReturnType<typeof openColumnFile>;

/** The reader of Parquet: DuckDB's where the engine and DuckDB are installed. */
async function parquetReader(path: string): Promise<Open> {
  try {
    const engine = await importPeer(importModule, "@wellbegun/engine-duckdb", { doing: "reading a catalog" });
    const openColumns = engine.openColumns as typeof openColumnFile;
    const open: Open = (own) => openColumns(own, { binary: "bytes" });
    await (await open(path)).close();
    return open;
  } catch (error) {
    if (!isWellbegunError(error) || error.code !== "unavailable") throw error;
    return (own) => openColumnFile(own, { binary: "bytes" });
  }
}
