import { createHash } from "node:crypto";
import { stat } from "node:fs/promises";
import { join } from "node:path";
import { type AbortSignalLike, type Table, WellbegunError } from "@wellbegun/core";
import { throwIfAborted } from "@wellbegun/core/support";
import { type BundleRows, bundleRows } from "../bundle/alignment.ts";
import { decodeIds } from "../bundle/ids.ts";
import {
  type BundleFile,
  bundleTables,
  ID_FILES,
  MANIFEST_FILE,
  type Manifest,
  parseManifest,
  SAFETENSORS_FILE,
  type TableShape,
} from "../bundle/manifest.ts";
import { checkNpySize, NPY_PREAMBLE_BYTES, npyHeaderEnd, parseNpyHeader } from "../formats/npy-header.ts";
import {
  parseSafetensorsHeader,
  SAFETENSORS_PREAMBLE_BYTES,
  safetensorsHeaderEnd,
} from "../formats/safetensors-header.ts";
import { type LoadedTable, readBlocks, readTable, readVectors, type TablePlace } from "./bundle-values.ts";
import { openFile, readFully, readWhole } from "./files.ts";
import { hashFile } from "./hashed-file.ts";
import { ioError } from "./io-error.ts";

/** Options of {@link readBundle}. */
export interface ReadBundleOptions {
  /** Whether every file's SHA-256 is compared, which reads the whole bundle. Default: true. */
  readonly verifyHashes?: boolean | undefined;
  readonly signal?: AbortSignalLike | undefined;
}

/** A bundle on disk that has been checked against its manifest. */
export interface Bundle extends BundleRows {
  readonly folder: string;
  readonly manifest: Manifest;
  /** Raw user IDs in row order; undefined if the row numbers are the IDs. */
  readonly userIds: readonly string[] | undefined;
  /** Raw item IDs in row order; undefined if the row numbers are the IDs. */
  readonly itemIds: readonly string[] | undefined;
  /**
   * The fused user table with its raw IDs (as text; without them the row numbers are the IDs), in memory.
   *
   * @throws {WellbegunError} `invalid-option` if the bundle lacks the table; `io` if it cannot be read.
   */
  users(): Promise<Table>;
  /** The item table with its raw IDs, likewise. */
  items(): Promise<Table>;
  /** The tables by name. */
  readonly tables: ReadonlyMap<string, TableShape>;
  /**
   * Reads one table into memory.
   *
   * @throws {WellbegunError} `invalid-option` if there is none of that name; `io` if it cannot be read.
   */
  readTable(name: string): Promise<LoadedTable>;
  /**
   * Reads one float32 table in blocks of whole rows, so that it need not fit into memory.
   *
   * @param rowsPerBlock Rows in a block; the last block may have fewer.
   * @throws {WellbegunError} `invalid-option` if there is none of that name, or `rowsPerBlock` is not a
   * positive whole number; `mismatch` if it is not float32; `io` if it cannot be read.
   */
  readBlocks(name: string, rowsPerBlock: number): AsyncGenerator<Float32Array>;
  /** SHA-256 of the manifest's bytes, in lowercase hexadecimal: it identifies the bundle's whole content. */
  readonly manifestSha256: string;
}

const DOING = "reading a bundle";

/**
 * Opens a bundle and checks all of it against the manifest: version, presence, sizes, hashes, dtypes, shapes, number
 * of IDs.
 *
 * @throws {WellbegunError} `io` if the folder or a file is missing; `format` if the manifest or a file's header
 * is invalid; `mismatch` if a file differs from its manifest entry.
 */
export async function readBundle(folder: string, options: ReadBundleOptions = {}): Promise<Bundle> {
  const label = join(folder, MANIFEST_FILE);
  const text = await readWhole(label, DOING);
  const manifest = parseManifest(new TextDecoder().decode(text), label);
  const places = new Map<string, TablePlace>();
  for (const [name, file] of Object.entries(manifest.files)) {
    throwIfAborted(options, DOING);
    const path = join(folder, name);
    await checkFile(path, file, options.verifyHashes !== false);
    if (name === SAFETENSORS_FILE) await placeTensors(path, file, places);
    else if (name.endsWith(".npy")) places.set(name.slice(0, -".npy".length), await placeNpy(path, file));
  }
  const rows = bundleRows(manifest);
  const userIds = await readIds(folder, manifest, ID_FILES.users, rows.userCount);
  const itemIds = await readIds(folder, manifest, ID_FILES.items, rows.itemCount);
  const vectors = (name: string, ids: readonly string[] | undefined): Promise<Table> =>
    readVectors(placeOf(folder, places, name), ids);
  return {
    folder,
    manifest,
    userCount: rows.userCount,
    itemCount: rows.itemCount,
    userIds,
    itemIds,
    users: () => vectors("users", userIds),
    items: () => vectors("items", itemIds),
    tables: bundleTables(manifest),
    readTable: (name) => readTable(placeOf(folder, places, name), name),
    readBlocks: (name, rowsPerBlock) => readBlocks(placeOf(folder, places, name), rowsPerBlock),
    manifestSha256: createHash("sha256").update(text).digest("hex"),
  };
}

async function checkFile(path: string, file: BundleFile, verifyHash: boolean): Promise<void> {
  const status = await stat(path).catch((cause) => {
    throw ioError(DOING, "the file that the manifest lists", path, cause);
  });
  if (!status.isFile()) throw mismatch("a file", "something else", path);
  if (status.size !== file.bytes) throw mismatch(`${file.bytes} bytes`, `${status.size}`, path);
  const found = verifyHash ? await hashFile(path) : file.sha256;
  if (found !== file.sha256) throw mismatch(`SHA-256 ${file.sha256}`, found, path);
}

async function placeNpy(path: string, file: BundleFile): Promise<TablePlace> {
  const { bytes } = await readHeader(path, NPY_PREAMBLE_BYTES, npyHeaderEnd);
  const header = parseNpyHeader(bytes, path);
  checkNpySize(header, file.bytes, path);
  const plain = header.littleEndian && !header.fortranOrder;
  if (!plain) throw mismatch("little-endian values in C order", "another order", path);
  return { ...sameShape(file, header, path), path, start: header.dataOffset };
}

async function placeTensors(path: string, file: BundleFile, places: Map<string, TablePlace>): Promise<void> {
  const { bytes, fileBytes } = await readHeader(path, SAFETENSORS_PREAMBLE_BYTES, safetensorsHeaderEnd);
  const { tensors } = parseSafetensorsHeader(bytes, path, fileBytes);
  for (const [name, listed] of Object.entries(file.tensors ?? {})) {
    const tensor = tensors.get(name);
    if (tensor === undefined) throw mismatch(`tensor ${JSON.stringify(name)}`, "none of that name", path);
    const place = { ...sameShape(listed, tensor, `${path}, tensor ${name}`), path, start: tensor.start };
    if (!places.has(name)) places.set(name, place);
  }
}

/** The shape, which must be the same in the manifest and the file. */
function sameShape(
  listed: Partial<TableShape>,
  found: { readonly dtype: string; readonly shape: readonly number[] },
  at: string,
): TableShape {
  const { dtype, shape } = listed;
  const foundText = `${found.dtype} [${found.shape.join(", ")}]`;
  const listedText = `${dtype} [${shape?.join(", ")}]`;
  if (dtype === undefined || shape === undefined || foundText !== listedText) {
    throw mismatch(
      `${dtype === undefined ? "a dtype and shape in the manifest" : listedText}`,
      foundText,
      at,
    );
  }
  return { dtype, shape };
}

async function readHeader(
  path: string,
  preamble: number,
  headerEnd: (start: Uint8Array, label: string) => number,
): Promise<{ bytes: Uint8Array; fileBytes: number }> {
  const { handle, bytes: fileBytes } = await openFile(path, DOING);
  try {
    const start = new Uint8Array(Math.min(fileBytes, preamble));
    await readFully(handle, start, 0, path);
    const bytes = new Uint8Array(Math.min(fileBytes, headerEnd(start, path)));
    await readFully(handle, bytes, 0, path);
    return { bytes, fileBytes };
  } finally {
    await handle.close();
  }
}

async function readIds(
  folder: string,
  manifest: Manifest,
  name: string,
  rows: number | undefined,
): Promise<readonly string[] | undefined> {
  const file = manifest.files[name];
  if (file === undefined) return undefined;
  const path = join(folder, name);
  const ids = decodeIds(await readWhole(path, DOING), path);
  const expected = rows ?? file.shape?.[0] ?? ids.length;
  if (ids.length !== expected) throw mismatch(`${expected} IDs, one for each row`, `${ids.length}`, path);
  return ids;
}

function placeOf(folder: string, places: ReadonlyMap<string, TablePlace>, name: string): TablePlace {
  const place = places.get(name);
  if (place !== undefined) return place;
  throw new WellbegunError("invalid-option", {
    doing: "reading a table of a bundle",
    expected: `one of ${[...places.keys()].join(", ")}`,
    found: JSON.stringify(name),
    at: folder,
  });
}

function mismatch(expected: string, found: string, at: string): WellbegunError {
  return new WellbegunError("mismatch", { doing: DOING, expected, found, at });
}
