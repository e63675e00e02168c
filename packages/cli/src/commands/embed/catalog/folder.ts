import { readdir, readFile } from "node:fs/promises";
import { extname, join } from "node:path";
import { WellbegunError } from "@wellbegun/core";
import { batchRows } from "./batches.ts";
import type { CatalogFile } from "./catalog-file.ts";

/** The columns of a folder: the item's ID (the path without its ending), the path, and what is in the file as text. */
const columns = ["id", "path", "text"];

/** A folder with one file for each item, in alphabetical order of their paths. Hidden files are left out. */
export async function openFolder(folder: string): Promise<CatalogFile> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const paths = entries
    .filter((entry) => entry.isFile() && !entry.name.startsWith("."))
    .map((entry) => join(entry.parentPath, entry.name).slice(join(folder, "x").length - 1))
    .sort();
  if (paths.length === 0) {
    throw new WellbegunError("invalid-data", {
      doing: "reading a catalog",
      expected: "a file for each item",
      found: "an empty folder",
      at: folder,
    });
  }
  return {
    label: folder,
    names: columns,
    folder,
    batches: (wanted) => batchRows(valuesOf(folder, paths, wanted), wanted.length),
    close: async () => undefined,
  };
}

async function* valuesOf(
  folder: string,
  paths: readonly string[],
  wanted: readonly string[],
): AsyncGenerator<unknown[]> {
  for (const path of paths) {
    const id = path.slice(0, path.length - extname(path).length).replaceAll("\\", "/");
    const text = wanted.includes("text") ? await readFile(join(folder, path), "utf8") : null;
    yield wanted.map((name) => (name === "id" ? id : name === "path" ? path : text));
  }
}
