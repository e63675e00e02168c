import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { type Id, type Observer, WellbegunError } from "@wellbegun/core";
import { namesOf, refuseUnknownKeys, throwIfAborted } from "@wellbegun/core/support";
import { idLines, type StreamedIds } from "../bundle/ids.ts";
import {
  formatManifest,
  ID_FILES,
  MANIFEST_FILE,
  type Manifest,
  parseManifest,
  SAFETENSORS_FILE,
} from "../bundle/manifest.ts";
import type { ManifestContent } from "../bundle/manifest-content.ts";
import { isPartName, isPlainFileName } from "../bundle/manifest-files.ts";
import { type BundleTable, checkTables, rowKind, tableBlocks, tableShape } from "../bundle/tables.ts";
import { elementsToBytes } from "../formats/elements.ts";
import { encodeNpyHeader } from "../formats/npy-encode.ts";
import { layoutSafetensors } from "../formats/safetensors.ts";
import { writeFolder } from "./atomic-folder.ts";
import { BundleFiles, RowWriter } from "./bundle-files.ts";
import type { HashedFile } from "./hashed-file.ts";
import type { OutputFolderOptions } from "./output-folder.ts";
import { isParquetTable, writeParquetTable } from "./parquet-tables.ts";
import { writeLines } from "./write-ids.ts";

/**
 * The file formats of tables: `npy`, one file for each table; `safetensors`, all in `tables.safetensors`; `parquet`, a file of
 * IDs and vectors for `users` and for `items`, where the other tables are `npy` unless another format is named.
 */
export type BundleFormat = "npy" | "safetensors" | "parquet";

/** The bytes of a further file, as a whole or in chunks. */
export type Attachment = Uint8Array | Iterable<Uint8Array> | AsyncIterable<Uint8Array>;

/** Options of {@link writeTables}. `onProgress` reports the stage `export`, in values written. */
export interface WriteTablesOptions extends Observer {
  /** The tables, written in this order. */
  readonly tables: readonly BundleTable[];
  /**
   * Raw user IDs in row order; written unless they are an array of 0, 1, 2 and so on. Default: the rows are the
   * IDs.
   */
  readonly userIds?: readonly Id[] | StreamedIds | undefined;
  /** Raw item IDs, likewise. */
  readonly itemIds?: readonly Id[] | StreamedIds | undefined;
  /**
   * A table of users or items, or a list of IDs, with more rows is written in parts of so many rows, `users/part-00000.npy` and so on, which
   * makes the bundle one of version 2. Default: as many as fit into 1 GiB, for tables of more than 4 GiB; smaller
   * tables are one file.
   */
  readonly rowsPerPart?: number | undefined;
  /**
   * The manifest's content besides format, version and files: {@link ManifestContent}, and any other plain
   * JSON.
   */
  readonly manifest?: Readonly<ManifestContent & Record<string, unknown>> | undefined;
  /** Default: `["npy"]`. */
  readonly formats?: readonly BundleFormat[] | undefined;
  /**
   * Further files by name, such as a serialized initializer: their bytes, as a whole or in chunks. They are written after
   * the tables, and hashed and listed like them.
   */
  readonly attachments?: Readonly<Record<string, Attachment>> | undefined;
  /**
   * `true` replaces a bundle even if its folder contains other files. A path, which must be the output's own,
   * replaces any content. Default: `false`, which replaces only an empty folder, or a bundle without other
   * files.
   */
  readonly overwrite?: OutputFolderOptions["overwrite"];
  /** Paths that the bundle is made from. A folder that is or holds one of them is never replaced. Default: none. */
  readonly inputs?: OutputFolderOptions["inputs"];
}

const optionNames = namesOf<WriteTablesOptions>({
  tables: true,
  userIds: true,
  itemIds: true,
  rowsPerPart: true,
  manifest: true,
  formats: true,
  attachments: true,
  overwrite: true,
  inputs: true,
  signal: true,
  onProgress: true,
});

/**
 * Writes tables of any origin as a bundle, atomically (see `writeFolder`). Equal input gives equal bytes: the
 * files contain no time, path or machine name. Every file's SHA-256 is computed while it is written, and the
 * manifest is written last.
 *
 * @param out The bundle's folder. An existing bundle is replaced, unless the folder contains other files.
 * @returns The manifest as written.
 * @throws {WellbegunError} `invalid-option` if tables, formats, attachments or the manifest cannot be written,
 * or `out` must not be replaced; `format` if a known field of the manifest has another type; `mismatch` if
 * tables and IDs differ in rows; `invalid-data` if a value is NaN or infinite or two IDs have the same text;
 * `io` if the disk is full or not writable; `aborted`.
 */
export async function writeTables(out: string, options: WriteTablesOptions): Promise<Manifest> {
  refuseUnknownKeys("writing a bundle", options, optionNames);
  const { tables, userIds, itemIds, attachments = {} } = options;
  const formats = checkFormats(options.formats ?? ["npy"]);
  checkRowsPerPart(options.rowsPerPart);
  checkTables(tables, { users: userIds?.length, items: itemIds?.length });
  checkAttachments(attachments);
  const lists = [
    [ID_FILES.users, idLines(userIds, ID_FILES.users)],
    [ID_FILES.items, idLines(itemIds, ID_FILES.items)],
  ] as const;
  // The manifest is made once before anything is written, so that an invalid one fails early.
  const content = options.manifest ?? {};
  parseManifest(formatManifest(content, {}), "option manifest");

  return writeFolder(out, { ...options, own: bundleFiles }, async (folder) => {
    const files = new BundleFiles(folder, out);
    try {
      await writeValues(tables, formats, options, files);
      for (const [name, lines] of lists) {
        if (lines !== undefined) await writeLines(files, name, lines, options);
      }
      for (const [name, attachment] of Object.entries(attachments)) {
        const file = await files.create(name);
        for await (const bytes of chunksOf(attachment)) await file.write(bytes);
        files.finish(name, file, {});
      }
      const text = formatManifest(content, await files.files(), files.parted);
      const manifest = await files.create(MANIFEST_FILE);
      await manifest.write(new TextEncoder().encode(text));
      await manifest.finish();
      return parseManifest(text, join(out, MANIFEST_FILE));
    } finally {
      await files.close();
    }
  });
}

/** Reads every table once, and writes it into the files of all formats together. */
async function writeValues(
  tables: readonly BundleTable[],
  formats: ReadonlySet<BundleFormat>,
  options: WriteTablesOptions,
  files: BundleFiles,
): Promise<void> {
  const shapes = tables.map(tableShape);
  const total = shapes.reduce((sum, { shape }) => sum + shape.reduce((a, b) => a * b, 1), 0);
  let done = 0;
  let together: HashedFile | undefined;
  if (formats.has("safetensors")) {
    const layout = layoutSafetensors(tables.map(({ name }, t) => ({ name, ...shapes[t]! })));
    together = await files.create(SAFETENSORS_FILE);
    await together.write(layout.header);
  }
  for (const [t, table] of tables.entries()) {
    const { dtype, shape } = shapes[t]!;
    const head = (part: readonly number[]): Uint8Array => encodeNpyHeader(dtype, part);
    const rowsPerPart = partRows(table.name, shape, options.rowsPerPart);
    const row = { name: `${table.name}.npy`, dtype, shape, rowsPerPart, head };
    const asParquet = formats.has("parquet") && isParquetTable(table);
    const asNpy = formats.has("npy") || (together === undefined && !asParquet);
    const own = asNpy ? new RowWriter(files, row) : undefined;
    /** The table's blocks, each written into the other files before it is handed on. */
    const blocks = async function* (): AsyncGenerator<Float32Array | Int32Array> {
      for await (const block of tableBlocks(table)) {
        throwIfAborted(options, "writing a bundle");
        await own?.write(block.length, (from, to) => elementsToBytes(block.subarray(from, to)));
        await together?.write(elementsToBytes(block));
        done += block.length;
        options.onProgress?.({ stage: "export", done, total, note: table.name });
        yield block;
      }
    };
    if (asParquet) {
      const ids = table.name === "users" ? options.userIds : options.itemIds;
      const values = blocks() as AsyncGenerator<Float32Array>;
      await writeParquetTable(files, table, values, { ids, rowsPerPart, signal: options.signal });
    } else {
      for await (const _ of blocks());
    }
    await own?.finish();
  }
  if (together !== undefined) {
    const tensors = Object.fromEntries(tables.map(({ name }, t) => [name, shapes[t]!]));
    files.finish(SAFETENSORS_FILE, together, { tensors });
  }
}

const LARGE_BYTES = 2 ** 32;
const PART_BYTES = 2 ** 30;

/** Rows of a part of a table. Only tables of users and of items are written in parts. */
function partRows(
  name: string,
  [rows = 0, columns = 1]: readonly number[],
  asked: number | undefined,
): number {
  if (rowKind(name) === undefined) return rows;
  if (asked !== undefined) return asked;
  const rowBytes = columns * 4;
  return rows * rowBytes > LARGE_BYTES ? Math.max(1, Math.floor(PART_BYTES / rowBytes)) : rows;
}

/**
 * Names of the manifest and of the files and folders of parts that it lists; empty if the folder is not a bundle. A folder
 * with other files beside the parts is left out.
 */
export async function bundleFiles(folder: string): Promise<readonly string[]> {
  try {
    const manifest = parseManifest(await readFile(join(folder, MANIFEST_FILE), "utf8"));
    const names = Object.keys(manifest.files);
    const own = [MANIFEST_FILE, ...names.filter((name) => !isPartName(name))];
    for (const parts of new Set(names.filter(isPartName).map((name) => name.split("/")[0]!))) {
      const found = await readdir(join(folder, parts));
      if (found.every((name) => names.includes(`${parts}/${name}`))) own.push(parts);
    }
    return own;
  } catch {
    // Without a readable manifest nothing shows that the folder is a bundle, so none of it may be replaced.
    return [];
  }
}

function checkFormats(formats: readonly BundleFormat[]): ReadonlySet<BundleFormat> {
  const known: readonly string[] = ["npy", "safetensors", "parquet"];
  const unknown = formats.find((format) => !known.includes(format));
  if (formats.length > 0 && unknown === undefined) return new Set(formats);
  throw new WellbegunError("invalid-option", {
    doing: "writing a bundle",
    expected: `formats among ${known.join(", ")}`,
    found: unknown === undefined ? "none" : JSON.stringify(unknown),
    at: "option formats",
  });
}

function chunksOf(attachment: Attachment): Iterable<Uint8Array> | AsyncIterable<Uint8Array> {
  return attachment instanceof Uint8Array ? [attachment] : attachment;
}

function checkAttachments(attachments: Readonly<Record<string, Attachment>>): void {
  const taken = [MANIFEST_FILE, ID_FILES.users, ID_FILES.items];
  for (const name of Object.keys(attachments)) {
    const reserved = taken.includes(name) || /\.(npy|safetensors|parquet)$/.test(name);
    if (isPlainFileName(name) && !reserved) continue;
    throw new WellbegunError("invalid-option", {
      doing: "writing a bundle",
      expected: "a file name that is no table's, ID list's or manifest's",
      found: JSON.stringify(name),
      at: "option attachments",
    });
  }
}

function checkRowsPerPart(rows: number | undefined): void {
  if (rows === undefined || (Number.isSafeInteger(rows) && rows > 0)) return;
  const [expected, found, at] = ["1 or more rows a part", `${rows}`, "option rowsPerPart"];
  throw new WellbegunError("invalid-option", { doing: "writing a bundle", expected, found, at });
}
