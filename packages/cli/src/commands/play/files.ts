import { readdir, readFile, realpath, stat } from "node:fs/promises";
import { createRequire } from "node:module";
import { basename, dirname, join, relative, resolve } from "node:path";
import { MANIFEST_FILE, parseManifest } from "@wellbegun/adapters/bundle";
import { bundleFiles, ioError } from "@wellbegun/adapters/node";
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
 * @throws {WellbegunError} `io` if the folder cannot be read; `invalid-data` if it has no such file; `limit` for a bundle in parts.
 */
export async function playFolder(path: string): Promise<PlayFolder> {
  const doing = "opening a folder for the playground";
  const names = await readdir(path).catch((cause: unknown) => {
    throw ioError(doing, "a readable folder", path, cause);
  });
  const ofBundle = names.some((name) => name.endsWith(".inter")) ? [] : await bundleFiles(path);
  const kind = ofBundle.length > 0 ? "bundle" : "dataset";
  if (kind === "bundle") await refuseParts(path);
  const wanted = kind === "bundle" ? ofBundle : names.filter((name) => datasetFile.test(name));
  const root = await realpath(path);
  const files = new Map<string, string>();
  for (const name of wanted) {
    const file = await realpath(join(path, name)).catch(() => undefined);
    // A link may lead out of the folder, of which nothing else is served.
    if (file !== undefined && dirname(file) === root && (await stat(file)).isFile()) files.set(name, file);
  }
  if (files.size === 0) {
    throw new WellbegunError("invalid-data", {
      doing,
      expected: "a dataset (.inter, .npy, .parquet, .csv) or a bundle (manifest.json)",
      found: "neither",
      at: path,
    });
  }
  return { name: basename(resolve(path)), kind, files };
}

/** The page reads whole files, so a bundle in parts is refused before a server starts. */
async function refuseParts(path: string): Promise<void> {
  const { parted } = parseManifest(await readFile(join(path, MANIFEST_FILE), "utf8"));
  if (parted === undefined) return;
  throw new WellbegunError("limit", {
    doing: "opening a folder for the playground",
    expected: "a bundle whose tables are whole files",
    found: "tables in parts, which are too large for a page",
    at: path,
    hint: "wellbegun inspect shows the bundle.",
  });
}

/**
 * The page's own files, which are built into this package.
 *
 * @throws {WellbegunError} `unavailable` where they are not there: in a package from JSR, and in a repository that is not built.
 */
export async function pageFiles(): Promise<ServedFiles> {
  try {
    const manifest = createRequire(import.meta.url).resolve("wellbegun/package.json");
    const page = join(dirname(manifest), "dist/playground");
    const entries = await readdir(page, { recursive: true, withFileTypes: true });
    const files = entries
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name));
    return new Map(files.map((file) => [relative(page, file).replaceAll("\\", "/"), file]));
  } catch (cause) {
    throw new WellbegunError("unavailable", {
      doing: "opening the playground",
      expected: "the page in this package",
      found: "none",
      hint: "The package wellbegun of the npm registry has it.",
      cause,
    });
  }
}
