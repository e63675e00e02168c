import { readdir, stat } from "node:fs/promises";
import { extname, join } from "node:path";
import { WellbegunError } from "@wellbegun/core";
import { batchRows } from "./batches.ts";
import { type CatalogFile, FileText } from "./catalog-file.ts";

/** The columns of a folder: the item's ID (the path without its ending), the path, and what is in the file as text. */
const columns = ["id", "path", "text"];

/**
 * A folder with one file for each item, in alphabetical order of their paths. Links count as files unless they lead to a folder;
 * hidden files, what is in hidden folders, and links to folders are left out.
 *
 * @throws {WellbegunError} `invalid-data` if there is no file, or IDs are read and two paths are the same but for their ending.
 */
export async function openFolder(folder: string): Promise<CatalogFile> {
  const paths = (await filesBelow(folder)).sort();
  if (paths.length === 0) throw refused("a file for each item", "an empty folder", folder);
  return {
    label: folder,
    names: columns,
    folder,
    batches: (wanted) => {
      if (wanted.includes("id")) refuseTwins(paths, folder);
      return batchRows(valuesOf(paths, wanted), wanted.length);
    },
  };
}

/**
 * The paths of all files below a folder. The recursive listing of `readdir` is not taken: from Node 26 on it follows links to
 * folders, which may lead back to where they lie.
 */
async function filesBelow(folder: string): Promise<string[]> {
  const paths: string[] = [];
  const folders = [""];
  for (const below of folders) {
    for (const entry of await readdir(join(folder, below), { withFileTypes: true })) {
      const path = join(below, entry.name);
      if (entry.name.startsWith(".")) continue;
      if (entry.isDirectory()) folders.push(path);
      else if (entry.isFile() || (entry.isSymbolicLink() && !(await isFolder(join(folder, path))))) {
        paths.push(path);
      }
    }
  }
  return paths;
}

async function* valuesOf(paths: readonly string[], wanted: readonly string[]): AsyncGenerator<unknown[]> {
  for (const path of paths) {
    yield wanted.map((name) => (name === "id" ? idOf(path) : name === "path" ? path : new FileText(path)));
  }
}

function refuseTwins(paths: readonly string[], folder: string): void {
  const byId = new Map<string, string>();
  for (const path of paths) {
    const earlier = byId.get(idOf(path));
    if (earlier !== undefined) {
      const hint = "--id path takes the paths with their endings.";
      throw refused(
        "IDs, which are paths without ending, that differ",
        `${earlier} and ${path}`,
        folder,
        hint,
      );
    }
    byId.set(idOf(path), path);
  }
}

function idOf(path: string): string {
  return path.slice(0, path.length - extname(path).length).replaceAll("\\", "/");
}

function refused(expected: string, found: string, at: string, hint?: string): WellbegunError {
  return new WellbegunError("invalid-data", {
    doing: "reading a catalog",
    expected,
    found,
    at,
    ...(hint === undefined ? {} : { hint }),
  });
}

async function isFolder(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined))?.isDirectory() === true;
}
