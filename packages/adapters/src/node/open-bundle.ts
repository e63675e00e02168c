import { createHash } from "node:crypto";
import { stat } from "node:fs/promises";
import { join } from "node:path";
import { type AbortSignalLike, WellbegunError } from "@wellbegun/core";
import { namesOf, refuseUnknownKeys, throwIfAborted } from "@wellbegun/core/support";
import { MANIFEST_FILE, type Manifest, parseManifest, SAFETENSORS_FILE } from "../bundle/manifest.ts";
import { type BundleFile, isPartName, type TableShape, tableName } from "../bundle/manifest-files.ts";
import type { PartedFile } from "../bundle/parts.ts";
import { checkNpySize, NPY_PREAMBLE_BYTES, npyHeaderEnd, parseNpyHeader } from "../formats/npy-header.ts";
import {
  parseSafetensorsHeader,
  SAFETENSORS_PREAMBLE_BYTES,
  safetensorsHeaderEnd,
} from "../formats/safetensors-header.ts";
import { openParquetFile } from "./column-file.ts";
import { openFile, readFully, readWhole } from "./files.ts";
import { hashFile } from "./hashed-file.ts";
import { ioError } from "./io-error.ts";
import { type PartPlace, parquetPlace, plainPlace, type TablePlace } from "./table-places.ts";

const DOING = "reading a bundle";
const optionNames = namesOf<ReadBundleOptions>({ verifyHashes: true, signal: true });

/** Options of `readBundle` and `openVectors`. */
export interface ReadBundleOptions {
  /** Whether every file's SHA-256 is compared, which reads the whole bundle. Default: true. */
  readonly verifyHashes?: boolean | undefined;
  readonly signal?: AbortSignalLike | undefined;
}

/** A bundle whose files have been checked against its manifest; none of its values or IDs is in memory. */
export interface OpenBundle {
  readonly folder: string;
  readonly manifest: Manifest;
  readonly manifestSha256: string;
  /** Where the values of each table are. */
  readonly places: ReadonlyMap<string, TablePlace>;
}

/** Opens a bundle and checks its files; the errors are those of `readBundle`. */
export async function openBundle(folder: string, options: ReadBundleOptions): Promise<OpenBundle> {
  refuseUnknownKeys(DOING, options, optionNames);
  const label = join(folder, MANIFEST_FILE);
  const text = await readWhole(label, DOING);
  const manifest = parseManifest(new TextDecoder().decode(text), label);
  const places = new Map<string, TablePlace>();
  const own = new Map<string, TablePlace>();
  for (const [name, file] of Object.entries(manifest.files)) {
    throwIfAborted(options, DOING);
    const path = join(folder, name);
    await checkFile(path, file, options.verifyHashes !== false);
    if (name === SAFETENSORS_FILE) await placeTensors(path, file, places);
    else if (name.endsWith(".npy")) own.set(name, await placeNpy(path, file));
    // Without a shape it is a further file, which is no table.
    else if (name.endsWith(".parquet") && file.shape !== undefined) {
      own.set(name, await placeParquet(path, file));
    }
  }
  for (const [name, parted] of Object.entries(manifest.parted ?? {})) {
    if (parted.dtype !== undefined) own.set(name, placeParts(join(folder, name), parted, own));
  }
  // A table in several formats is read from .npy, else from safetensors, else from Parquet.
  for (const [name, place] of own) {
    if (isPartName(name)) continue;
    const table = tableName(name);
    if (name.endsWith(".npy") || !places.has(table)) places.set(table, place);
  }
  return { folder, manifest, manifestSha256: createHash("sha256").update(text).digest("hex"), places };
}

/** The place of a parted table, whose parts have been placed. */
function placeParts(label: string, parted: PartedFile, own: ReadonlyMap<string, TablePlace>): TablePlace {
  const parts = parted.parts.map(({ file, rows }): PartPlace => ({ ...own.get(file)!.parts[0]!, rows }));
  return { dtype: parted.dtype!, shape: parted.shape, label, parts };
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
  return plainPlace(sameShape(file, header, path), path, header.dataOffset);
}

async function placeParquet(path: string, file: BundleFile): Promise<TablePlace> {
  const { rows, names, close } = await openParquetFile(path);
  await close();
  const [count, columns] = file.shape ?? [];
  if (names.includes("vector") && rows === count && columns !== undefined && file.dtype === "float32") {
    return parquetPlace({ dtype: file.dtype, shape: [count, columns] }, path);
  }
  const listed = `${file.dtype} [${file.shape?.join(", ")}] in the column vector`;
  throw mismatch(listed, `${rows} rows of the columns ${names.join(", ")}`, path);
}

async function placeTensors(path: string, file: BundleFile, places: Map<string, TablePlace>): Promise<void> {
  const { bytes, fileBytes } = await readHeader(path, SAFETENSORS_PREAMBLE_BYTES, safetensorsHeaderEnd);
  const { tensors } = parseSafetensorsHeader(bytes, path, fileBytes);
  for (const [name, listed] of Object.entries(file.tensors ?? {})) {
    const tensor = tensors.get(name);
    if (tensor === undefined) throw mismatch(`tensor ${JSON.stringify(name)}`, "none of that name", path);
    places.set(name, plainPlace(sameShape(listed, tensor, `${path}, tensor ${name}`), path, tensor.start));
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

/**
 * The place of a table by name.
 *
 * @throws {WellbegunError} `invalid-option` if there is none of that name.
 */
export function placeOf({ folder, places }: OpenBundle, name: string): TablePlace {
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
