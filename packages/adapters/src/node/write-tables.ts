import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { type Id, type Observer, WellbegunError } from "@wellbegun/core";
import { throwIfAborted } from "@wellbegun/core/support";
import { encodeIds, idsAreRows } from "../bundle/ids.ts";
import {
  type BundleFile,
  formatManifest,
  ID_FILES,
  isPlainFileName,
  MANIFEST_FILE,
  type Manifest,
  parseManifest,
  SAFETENSORS_FILE,
} from "../bundle/manifest.ts";
import type { ManifestContent } from "../bundle/manifest-content.ts";
import { type BundleTable, checkTables, tableBlocks, tableShape } from "../bundle/tables.ts";
import { elementsToBytes } from "../formats/elements.ts";
import { encodeNpyHeader } from "../formats/npy-encode.ts";
import { layoutSafetensors } from "../formats/safetensors.ts";
import { writeFolder } from "./atomic-folder.ts";
import { type FileDigest, HashedFile } from "./hashed-file.ts";
import type { OutputFolderOptions } from "./output-folder.ts";

/** The file formats of tables: `npy`, one file for each table; `safetensors`, all in `tables.safetensors`. */
export type BundleFormat = "npy" | "safetensors";

/** The bytes of a further file, as a whole or in chunks. */
export type Attachment = Uint8Array | Iterable<Uint8Array> | AsyncIterable<Uint8Array>;

/** Options of {@link writeTables}. `onProgress` reports the stage `export`, in values written. */
export interface WriteTablesOptions extends Observer {
  /** The tables, written in this order. */
  readonly tables: readonly BundleTable[];
  /** Raw user IDs in row order; written unless they are 0, 1, 2 and so on. Default: the rows are the IDs. */
  readonly userIds?: readonly Id[] | undefined;
  /** Raw item IDs in row order; written unless they are 0, 1, 2 and so on. Default: the rows are the IDs. */
  readonly itemIds?: readonly Id[] | undefined;
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
  const { tables, userIds, itemIds, attachments = {} } = options;
  const formats = checkFormats(options.formats ?? ["npy"]);
  checkTables(tables, { users: userIds?.length, items: itemIds?.length });
  checkAttachments(attachments);
  const small: [string, Uint8Array, readonly number[]][] = [];
  for (const [name, ids] of [[ID_FILES.users, userIds] as const, [ID_FILES.items, itemIds] as const]) {
    if (ids !== undefined && !idsAreRows(ids)) small.push([name, encodeIds(ids, name), [ids.length]]);
  }
  // The manifest is made once before anything is written, so that an invalid one fails early.
  const content = options.manifest ?? {};
  parseManifest(formatManifest(content, {}), "option manifest");

  return writeFolder(out, { ...options, own: bundleFiles }, async (folder) => {
    const opened: HashedFile[] = [];
    const finishing = new Finishing();
    const create = async (name: string): Promise<HashedFile> => {
      const file = await HashedFile.create(join(folder, name), join(out, name));
      opened.push(file);
      return file;
    };
    try {
      await writeValues(tables, formats, options, create, finishing);
      for (const [name, bytes, shape] of small) {
        const file = await create(name);
        await file.write(bytes);
        finishing.add(name, file, { shape });
      }
      for (const [name, attachment] of Object.entries(attachments)) {
        const file = await create(name);
        for await (const bytes of chunksOf(attachment)) await file.write(bytes);
        finishing.add(name, file, {});
      }
      const text = formatManifest(content, await finishing.files());
      const manifest = await create(MANIFEST_FILE);
      await manifest.write(new TextEncoder().encode(text));
      await manifest.finish();
      return parseManifest(text, join(out, MANIFEST_FILE));
    } finally {
      await finishing.settled();
      for (const file of opened) await file.abandon();
    }
  });
}

/** Files that are being flushed to disk, while the next ones are written. */
class Finishing {
  readonly #pending: Promise<readonly [name: string, file: BundleFile]>[] = [];

  add(name: string, file: HashedFile, about: Omit<BundleFile, keyof FileDigest>): void {
    const done = file.finish().then((digest) => [name, { ...digest, ...about }] as const);
    // `files` reports a failure, unless another one comes first.
    done.catch(() => undefined);
    this.#pending.push(done);
  }

  /** All files, once they are on disk. */
  async files(): Promise<Record<string, BundleFile>> {
    return Object.fromEntries(await Promise.all(this.#pending));
  }

  /** Waits until no flush is pending. */
  async settled(): Promise<void> {
    await Promise.allSettled(this.#pending);
  }
}

/** Reads every table once, and writes it into its own file and the common file together. */
async function writeValues(
  tables: readonly BundleTable[],
  formats: ReadonlySet<BundleFormat>,
  observer: Observer,
  create: (name: string) => Promise<HashedFile>,
  finishing: Finishing,
): Promise<void> {
  const shapes = tables.map(tableShape);
  const total = shapes.reduce((sum, { shape }) => sum + shape.reduce((a, b) => a * b, 1), 0);
  let done = 0;
  let together: HashedFile | undefined;
  if (formats.has("safetensors")) {
    const layout = layoutSafetensors(tables.map(({ name }, t) => ({ name, ...shapes[t]! })));
    together = await create(SAFETENSORS_FILE);
    await together.write(layout.header);
  }
  for (const [t, table] of tables.entries()) {
    const { dtype, shape } = shapes[t]!;
    const name = `${table.name}.npy`;
    const own = formats.has("npy") ? await create(name) : undefined;
    await own?.write(encodeNpyHeader(dtype, shape));
    for await (const block of tableBlocks(table)) {
      throwIfAborted(observer, "writing a bundle");
      const bytes = elementsToBytes(block);
      await own?.write(bytes);
      await together?.write(bytes);
      done += block.length;
      observer.onProgress?.({ stage: "export", done, total, note: table.name });
    }
    if (own !== undefined) finishing.add(name, own, { dtype, shape });
  }
  if (together !== undefined) {
    const tensors = Object.fromEntries(tables.map(({ name }, t) => [name, shapes[t]!]));
    finishing.add(SAFETENSORS_FILE, together, { tensors });
  }
}

/** Names of the manifest and the files that it lists; empty if the folder is not a bundle. */
export async function bundleFiles(folder: string): Promise<readonly string[]> {
  try {
    const manifest = parseManifest(await readFile(join(folder, MANIFEST_FILE), "utf8"));
    return [MANIFEST_FILE, ...Object.keys(manifest.files)];
  } catch {
    // Without a readable manifest nothing shows that the folder is a bundle, so none of it may be replaced.
    return [];
  }
}

function checkFormats(formats: readonly BundleFormat[]): ReadonlySet<BundleFormat> {
  const known: readonly string[] = ["npy", "safetensors"];
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
    const reserved = taken.includes(name) || /\.(npy|safetensors)$/.test(name);
    if (isPlainFileName(name) && !reserved) continue;
    throw new WellbegunError("invalid-option", {
      doing: "writing a bundle",
      expected: "a file name that is no table's, ID list's or manifest's",
      found: JSON.stringify(name),
      at: "option attachments",
    });
  }
}
