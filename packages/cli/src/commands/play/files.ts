import { readdir, readFile, realpath, stat } from "node:fs/promises";
import { basename, isAbsolute, join, relative, resolve, sep } from "node:path";
import { MANIFEST_FILE, parseManifest } from "@wellbegun/adapters/bundle";
import { ioError } from "@wellbegun/adapters/node";
import { WellbegunError } from "@wellbegun/core";

/** Files by the name under which they are served. */
export type ServedFiles = ReadonlyMap<string, string>;

/** What `play` shows: the files of a dataset, or those of a bundle. */
export interface PlayFolder {
  readonly name: string;
  readonly kind: "dataset" | "bundle";
  readonly files: ServedFiles;
}

/** What a dataset's folder may hold for the page to read. */
const datasetFile = /\.(inter|npy|parquet|csv|tsv)$|^item_ids\.txt$/;

/**
 * The files of a folder that the page may read, each a plain file that really lies in the folder.
 *
 * @throws {WellbegunError} `io` if the folder cannot be read; `invalid-data` if it has no such file.
 */
export async function playFolder(path: string): Promise<PlayFolder> {
  const doing = "opening a folder for the playground";
  const names = await readdir(path).catch((cause: unknown) => {
    throw ioError(doing, "a readable folder", path, cause);
  });
  const ofBundle = names.some((name) => name.endsWith(".inter")) ? [] : await bundleFiles(path);
  const wanted = ofBundle.length > 0 ? ofBundle : names.filter((name) => datasetFile.test(name));
  const root = await realpath(path);
  const files = new Map<string, string>();
  for (const name of wanted) {
    const file = await realpath(join(path, name)).catch(() => undefined);
    // A link may lead out of the folder, of which nothing else is served.
    if (file !== undefined && isBelow(root, file) && (await stat(file)).isFile()) files.set(name, file);
  }
  if (files.size === 0) {
    throw new WellbegunError("invalid-data", {
      doing,
      expected: "a dataset (.inter, .npy, .parquet, .csv) or a bundle (manifest.json)",
      found: "neither",
      at: path,
    });
  }
  return { name: basename(resolve(path)), kind: ofBundle.length > 0 ? "bundle" : "dataset", files };
}

/** The names of a bundle's files, those of parts with their folder; none where the folder is no bundle. */
async function bundleFiles(path: string): Promise<readonly string[]> {
  try {
    const { files } = parseManifest(await readFile(join(path, MANIFEST_FILE), "utf8"));
    return [MANIFEST_FILE, ...Object.keys(files)];
  } catch {
    return [];
  }
}

function isBelow(root: string, file: string): boolean {
  const path = relative(root, file);
  return path !== ".." && !path.startsWith(`..${sep}`) && !isAbsolute(path);
}
