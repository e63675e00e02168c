import { createHash } from "node:crypto";
import { stat } from "node:fs/promises";
import { join } from "node:path";
import { type AbortSignalLike, WellbegunError } from "@wellbegun/core";
import { throwIfAborted } from "@wellbegun/core/support";
import { MANIFEST_FILE, type Manifest, parseManifest, SAFETENSORS_FILE } from "../bundle/manifest.ts";
import type { BundleFile, TableShape } from "../bundle/manifest-files.ts";
import type { PartedFile } from "../bundle/parts.ts";
import { checkNpySize, NPY_PREAMBLE_BYTES, npyHeaderEnd, parseNpyHeader } from "../formats/npy-header.ts";
import {
  parseSafetensorsHeader,
  SAFETENSORS_PREAMBLE_BYTES,
  safetensorsHeaderEnd,
} from "../formats/safetensors-header.ts";
import type { PartPlace, TablePlace } from "./bundle-values.ts";
import { openFile, readFully, readWhole } from "./files.ts";
import { hashFile } from "./hashed-file.ts";
import { ioError } from "./io-error.ts";

const DOING = "reading a bundle";

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
  }
  for (const [name, parted] of Object.entries(manifest.parted ?? {})) {
    if (name.endsWith(".npy")) own.set(name, placeParts(join(folder, name), parted, own));
  }
  // A table in both formats is read from its .npy file.
  for (const [name, place] of own) places.set(name.slice(0, -".npy".length), place);
  for (const { parts } of Object.values(manifest.parted ?? {})) {
    for (const { file } of parts) places.delete(file.slice(0, -".npy".length));
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
  return placeOne(sameShape(file, header, path), path, header.dataOffset);
}

async function placeTensors(path: string, file: BundleFile, places: Map<string, TablePlace>): Promise<void> {
  const { bytes, fileBytes } = await readHeader(path, SAFETENSORS_PREAMBLE_BYTES, safetensorsHeaderEnd);
  const { tensors } = parseSafetensorsHeader(bytes, path, fileBytes);
  for (const [name, listed] of Object.entries(file.tensors ?? {})) {
    const tensor = tensors.get(name);
    if (tensor === undefined) throw mismatch(`tensor ${JSON.stringify(name)}`, "none of that name", path);
    places.set(name, placeOne(sameShape(listed, tensor, `${path}, tensor ${name}`), path, tensor.start));
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

function placeOne(shape: TableShape, path: string, start: number): TablePlace {
  return { ...shape, label: path, parts: [{ path, start, rows: [0, shape.shape[0] ?? 0] }] };
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
