import { stat } from "node:fs/promises";
import { dirname, extname } from "node:path";
import { expandPaths } from "@wellbegun/adapters/node";
import { WellbegunError } from "@wellbegun/core";
import type { CatalogFile } from "./catalog-file.ts";
import { openColumnar } from "./columnar.ts";
import { openCsv } from "./csv.ts";
import { openFolder } from "./folder.ts";
import { openJsonLines } from "./json-lines.ts";

/**
 * Opens a catalog: CSV, TSV, JSON lines, Parquet or Arrow files, by path or pattern, or a folder of files, one for each item.
 *
 * @throws {WellbegunError} `io` if there is nothing at the path; `invalid-option` for another type of file; `format` if a file is not
 * what its name says.
 */
export async function openCatalog(pattern: string): Promise<readonly CatalogFile[]> {
  const folder = await openIfFolder(pattern);
  if (folder !== undefined) return [folder];
  const files: CatalogFile[] = [];
  for (const path of await expandPaths([pattern], "reading a catalog")) files.push(await openFile(path));
  return files;
}

async function openIfFolder(path: string): Promise<CatalogFile | undefined> {
  const status = await stat(path).catch(() => undefined);
  return status?.isDirectory() === true ? openFolder(path) : undefined;
}

async function openFile(path: string): Promise<CatalogFile> {
  const folder = dirname(path);
  const ending = extname(path).toLowerCase();
  if (ending === ".csv" || ending === ".tsv") {
    return { ...(await openCsv(path, ending === ".tsv" ? "\t" : ",")), folder };
  }
  if ([".jsonl", ".ndjson"].includes(ending)) return { ...(await openJsonLines(path)), folder };
  if (![".parquet", ".pq", ".arrow", ".arrows", ".feather", ".ipc"].includes(ending)) {
    throw new WellbegunError("invalid-option", {
      doing: "reading a catalog",
      expected: "a folder, or a name that ends in .csv, .tsv, .jsonl, .parquet or .arrow",
      found: JSON.stringify(ending),
      at: path,
    });
  }
  return { ...(await openColumnar(path)), folder };
}
