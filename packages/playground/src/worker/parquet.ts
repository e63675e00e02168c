import { encodeParquet } from "@wellbegun/adapters/parquet";
import type { ScoringTables } from "@wellbegun/core";
import { zipSync } from "fflate";
import type { Download } from "../protocol.ts";

/** Users and items as Parquet files with the columns `id` and `vector`, in one zip. */
export async function parquetZip({ users, items }: ScoringTables): Promise<Download> {
  const files = { "users.parquet": await encodeParquet(users), "items.parquet": await encodeParquet(items) };
  return { name: "tables.zip", bytes: zipSync(files, { level: 0 }) as Uint8Array<ArrayBuffer> };
}
