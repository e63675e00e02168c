import { readdir, stat } from "node:fs/promises";
import { extname, join, relative } from "node:path";
import { WellbegunError } from "@wellbegun/core";
import { batchRows } from "./batches.ts";
import { type CatalogFile, FileText } from "./catalog-file.ts";

/** The columns of a folder: the item's ID (the path without its ending), the path, and what is in the file as text. */
const columns = ["id", "path", "text"];

/**
 * A folder with one file for each item, in alphabetical order of their paths. Links count as files unless they lead to a folder;
 * hidden files and links to folders are left out.
 */
export async function openFolder(folder: string): Promise<CatalogFile> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const paths: string[] = [];
  for (const entry of entries) {
    const path = join(entry.parentPath, entry.name);
    if (
      entry.name.startsWith(".") ||
      !(entry.isFile() || (entry.isSymbolicLink() && !(await isFolder(path))))
    )
      continue;
    paths.push(relative(folder, path));
  }
  paths.sort();
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
    batches: (wanted) => batchRows(valuesOf(paths, wanted), wanted.length),
  };
}

async function* valuesOf(paths: readonly string[], wanted: readonly string[]): AsyncGenerator<unknown[]> {
  for (const path of paths) {
    const id = path.slice(0, path.length - extname(path).length).replaceAll("\\", "/");
    yield wanted.map((name) => (name === "id" ? id : name === "path" ? path : new FileText(path)));
  }
}

async function isFolder(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined))?.isDirectory() === true;
}
