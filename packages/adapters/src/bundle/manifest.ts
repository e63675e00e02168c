import { WellbegunError } from "@wellbegun/core";
import { parseJson } from "../formats/json.ts";
import { checkContent, type ManifestContent } from "./manifest-content.ts";
import { type JsonValue, stableJson } from "./stable-json.ts";

export type { JsonValue } from "./stable-json.ts";

/** The value of `format` in the manifest of every bundle. */
export const BUNDLE_FORMAT = "wellbegun-bundle";
/** The version of the bundle format that is written and read here. */
export const BUNDLE_VERSION = 1;
/** Name of the manifest in the bundle's folder. */
export const MANIFEST_FILE = "manifest.json";
/** Names of the files that hold raw IDs in row order, one on each line. */
export const ID_FILES: { readonly users: string; readonly items: string } = {
  users: "user_ids.txt",
  items: "item_ids.txt",
};
/** Name of the file that holds all tables as safetensors. */
export const SAFETENSORS_FILE = "tables.safetensors";

/** Type and lengths of a table: rows, then columns unless it is one-dimensional. */
export interface TableShape {
  readonly dtype: "float32" | "int32";
  readonly shape: readonly number[];
}

/** The manifest's entry for one file. */
export interface BundleFile {
  /** SHA-256 of the bytes, in lowercase hexadecimal. */
  readonly sha256: string;
  /** Number of bytes. */
  readonly bytes: number;
  /** An `.npy` table's type; left out of other files. */
  readonly dtype?: TableShape["dtype"];
  /** An `.npy` table's lengths, or [lines] of an ID file; left out of other files. */
  readonly shape?: readonly number[];
  /** A safetensors file's tables by name; left out of other files. */
  readonly tensors?: Readonly<Record<string, TableShape>>;
}

/** The manifest of a bundle: how it was made, its files, and any further fields that the writer received. */
export interface Manifest extends ManifestContent {
  readonly format: typeof BUNDLE_FORMAT;
  readonly version: typeof BUNDLE_VERSION;
  /** The bundle's files by name, without the manifest itself. */
  readonly files: Readonly<Record<string, BundleFile>>;
  /** Further fields, which are not checked. */
  readonly [key: string]: unknown;
}

/**
 * The manifest's text: equal content gives equal bytes in any order of the keys. Format and version come first,
 * files last, other keys ascend.
 *
 * @throws {WellbegunError} `invalid-option` if `content` has one of the keys `format`, `version` and `files`,
 * or a value that JSON cannot represent (NaN, an infinity, a typed array, a function).
 */
export function formatManifest(
  content: Readonly<Record<string, unknown>>,
  files: Readonly<Record<string, BundleFile>>,
): string {
  for (const key of ["format", "version", "files"]) {
    if (!Object.hasOwn(content, key)) continue;
    throw new WellbegunError("invalid-option", {
      doing: "writing the manifest",
      expected: "content without the bundle's own keys format, version and files",
      found: JSON.stringify(key),
      at: "option manifest",
    });
  }
  const own = { format: BUNDLE_FORMAT, version: BUNDLE_VERSION };
  const sorted = stableJson({ ...content }, "manifest") as Readonly<Record<string, JsonValue>>;
  return `${JSON.stringify({ ...own, ...sorted, files: stableJson(files, "files") }, null, 2)}\n`;
}

/**
 * Reads a manifest and checks its form: all known fields that are present must have their types; unknown fields
 * are kept.
 *
 * @param label What to call it in errors.
 * @throws {WellbegunError} `format` if it is not JSON, not a bundle's manifest, of an unknown version, or a file entry
 * lacks its hash or size or has a name that leads out of the folder, or a known field is of another type.
 */
export function parseManifest(text: string, label: string = MANIFEST_FILE): Manifest {
  let value: unknown;
  try {
    value = parseJson(text);
  } catch (cause) {
    throw failure("JSON", "other text", label, { cause });
  }
  if (!isRecord(value) || value.format !== BUNDLE_FORMAT) {
    const found = isRecord(value) ? `format ${JSON.stringify(value.format)}` : "no JSON object";
    throw failure(`format ${JSON.stringify(BUNDLE_FORMAT)}`, found, label);
  }
  if (value.version !== BUNDLE_VERSION) {
    throw failure(`version ${BUNDLE_VERSION}`, `version ${JSON.stringify(value.version)}`, label, {
      hint: "A newer wellbegun wrote it, or it was changed.",
    });
  }
  const { files } = value;
  if (!isRecord(files)) throw failure("the object files", JSON.stringify(files) ?? "none", label);
  for (const [name, file] of Object.entries(files)) checkFile(name, file, label);
  checkContent(value, label);
  return {
    ...value,
    format: BUNDLE_FORMAT,
    version: BUNDLE_VERSION,
    files: files as Manifest["files"],
  };
}

/** The tables of a bundle by name (such as `users` or `centroids.image`), from its `.npy` and safetensors files. */
export function bundleTables(manifest: Manifest): ReadonlyMap<string, TableShape> {
  const tables = new Map<string, TableShape>();
  for (const [file, { dtype, shape, tensors }] of Object.entries(manifest.files)) {
    for (const [name, table] of Object.entries(tensors ?? {})) tables.set(name, table);
    if (dtype !== undefined && shape !== undefined) tables.set(file.replace(/\.npy$/, ""), { dtype, shape });
  }
  return tables;
}

/** Whether `name` is a plain file name, which names a file directly in the folder on any system. */
export function isPlainFileName(name: string): boolean {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: a name must not contain control characters.
  return name !== "" && !name.startsWith(".") && !/[/\\:*?"<>|\x00-\x1f]/.test(name);
}

function checkFile(name: string, file: unknown, label: string): void {
  const at = `${label}, file ${JSON.stringify(name)}`;
  if (!isPlainFileName(name)) throw failure("a plain file name", JSON.stringify(name), at);
  if (!isRecord(file)) throw failure("an object with sha256 and bytes", JSON.stringify(file), at);
  const { sha256, bytes, dtype, shape, tensors } = file;
  if (typeof sha256 !== "string" || !/^[0-9a-f]{64}$/.test(sha256)) {
    throw failure("sha256 in 64 hexadecimal digits", JSON.stringify(sha256) ?? "none", at);
  }
  if (!isLength(bytes)) throw failure("bytes, a whole number", JSON.stringify(bytes) ?? "none", at);
  if (dtype !== undefined) checkShape(dtype, shape, at);
  else if (shape !== undefined && !isShape(shape))
    throw failure("a shape of one or two whole numbers", JSON.stringify(shape), at);
  if (tensors === undefined) return;
  if (!isRecord(tensors)) throw failure("tensors by name", JSON.stringify(tensors), at);
  for (const [tensor, table] of Object.entries(tensors)) {
    checkShape(
      isRecord(table) ? table.dtype : undefined,
      isRecord(table) ? table.shape : undefined,
      `${at}, ${tensor}`,
    );
  }
}

function checkShape(dtype: unknown, shape: unknown, at: string): void {
  if (isShape(shape) && (dtype === "float32" || dtype === "int32")) return;
  const found = `${JSON.stringify(dtype)} ${JSON.stringify(shape)}`;
  throw failure("dtype float32 or int32 and a shape of one or two whole numbers", found, at);
}

function isShape(value: unknown): boolean {
  return Array.isArray(value) && value.length >= 1 && value.length <= 2 && value.every(isLength);
}

function isLength(value: unknown): boolean {
  return Number.isSafeInteger(value) && Number(value) >= 0;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function failure(
  expected: string,
  found: string,
  at: string,
  more: { readonly hint?: string; readonly cause?: unknown } = {},
): WellbegunError {
  return new WellbegunError("format", { doing: "reading a bundle's manifest", expected, found, at, ...more });
}
