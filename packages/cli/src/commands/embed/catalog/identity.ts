import { stat } from "node:fs/promises";
import { hashFile } from "@wellbegun/adapters/node";
import type { CatalogFile } from "./catalog-file.ts";

/** What tells two catalogs apart: the hash of each file; of a folder, its time of change. */
export async function identifyCatalog(files: readonly CatalogFile[]): Promise<Record<string, string>> {
  const identity: Record<string, string> = {};
  for (const { label } of files) {
    const status = await stat(label);
    identity[label] = status.isDirectory() ? `folder, ${status.mtime.toISOString()}` : await hashFile(label);
  }
  return identity;
}
