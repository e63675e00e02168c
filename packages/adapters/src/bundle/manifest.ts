import { WellbegunError } from "@wellbegun/core";
import { parseJson } from "../formats/json.ts";
import { checkContent, type ManifestContent } from "./manifest-content.ts";
import {
  type BundleFile,
  checkFile,
  failure,
  isPartName,
  isRecord,
  type TableShape,
  tableName,
} from "./manifest-files.ts";
import { checkParts, type PartedFile } from "./parts.ts";
import { type JsonValue, stableJson } from "./stable-json.ts";

export type { JsonValue } from "./stable-json.ts";

/** The value of `format` in the manifest of every bundle. */
export const BUNDLE_FORMAT = "wellbegun-bundle";
/** The version of a bundle whose tables and lists of IDs are one file each. */
export const BUNDLE_VERSION = 1;
/** The version of a bundle that has tables, or lists of IDs, in parts. */
export const PARTED_BUNDLE_VERSION = 2;
/** Name of the manifest in the bundle's folder. */
export const MANIFEST_FILE = "manifest.json";
/** Names of the files that hold raw IDs in row order, one on each line. */
export const ID_FILES: { readonly users: string; readonly items: string } = {
  users: "user_ids.txt",
  items: "item_ids.txt",
};
/** Name of the file that holds all tables as safetensors. */
export const SAFETENSORS_FILE = "tables.safetensors";

/** The manifest of a bundle: how it was made, its files, and any further fields that the writer received. */
export interface Manifest extends ManifestContent {
  readonly format: typeof BUNDLE_FORMAT;
  readonly version: typeof BUNDLE_VERSION | typeof PARTED_BUNDLE_VERSION;
  /** The bundle's files by name, without the manifest itself. */
  readonly files: Readonly<Record<string, BundleFile>>;
  /** The parts of each whole file, such as `users.npy`, that is written in parts; in version 2 alone. */
  readonly parted?: Readonly<Record<string, PartedFile>>;
  /** Further fields, which are not checked. */
  readonly [key: string]: unknown;
}

/**
 * The manifest's text: equal content gives equal bytes in any order of the keys. Format and version come first,
 * files last, other keys ascend. With parted files the version is 2, else 1.
 *
 * @throws {WellbegunError} `invalid-option` if `content` has one of the keys `format`, `version`, `files` and `parted`,
 * or a value that JSON cannot represent (NaN, an infinity, a typed array, a function).
 */
export function formatManifest(
  content: Readonly<Record<string, unknown>>,
  files: Readonly<Record<string, BundleFile>>,
  parted: Readonly<Record<string, PartedFile>> = {},
): string {
  for (const key of ["format", "version", "files", "parted"]) {
    if (!Object.hasOwn(content, key)) continue;
    throw new WellbegunError("invalid-option", {
      doing: "writing the manifest",
      expected: "content without the bundle's own keys format, version, files and parted",
      found: JSON.stringify(key),
      at: "option manifest",
    });
  }
  const inParts = Object.keys(parted).length > 0;
  const own = { format: BUNDLE_FORMAT, version: inParts ? PARTED_BUNDLE_VERSION : BUNDLE_VERSION };
  const sorted = stableJson({ ...content }, "manifest") as Readonly<Record<string, JsonValue>>;
  const listed = {
    ...(inParts ? { parted: stableJson(parted, "parted") } : {}),
    files: stableJson(files, "files"),
  };
  return `${JSON.stringify({ ...own, ...sorted, ...listed }, null, 2)}\n`;
}

/**
 * Reads a manifest and checks its form: all known fields that are present must have their types; unknown fields
 * are kept.
 *
 * @param label What to call it in errors.
 * @throws {WellbegunError} `format` if it is not JSON, not a bundle's manifest, of an unknown version, or a file entry
 * lacks its hash or size or has a name that leads out of the folder, a parted file is incomplete, or a known field is of
 * another type.
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
  const { version, files, parted } = value;
  if (version !== BUNDLE_VERSION && version !== PARTED_BUNDLE_VERSION) {
    const expected = `version ${BUNDLE_VERSION} or ${PARTED_BUNDLE_VERSION}`;
    throw failure(expected, `version ${JSON.stringify(version)}`, label, {
      hint: "A newer wellbegun wrote it, or it was changed.",
    });
  }
  if (!isRecord(files)) throw failure("the object files", JSON.stringify(files) ?? "none", label);
  for (const [name, file] of Object.entries(files)) checkFile(name, file, label);
  const listed = files as Manifest["files"];
  if (version === BUNDLE_VERSION && parted !== undefined) {
    throw failure(`version ${PARTED_BUNDLE_VERSION}, which has parted files`, `version ${version}`, label);
  }
  const parts = checkParts(parted ?? {}, listed, label);
  checkContent(value, label);
  const own = { format: BUNDLE_FORMAT, version, files: listed } as const;
  return { ...value, ...own, ...(version === BUNDLE_VERSION ? {} : { parted: parts }) };
}

/** The tables of a bundle by name (such as `users` or `centroids.image`), from its `.npy`, safetensors and Parquet files. */
export function bundleTables(manifest: Manifest): ReadonlyMap<string, TableShape> {
  const tables = new Map<string, TableShape>();
  const set = (file: string, { dtype, shape }: Partial<TableShape>): void => {
    if (dtype !== undefined && shape !== undefined) tables.set(tableName(file), { dtype, shape });
  };
  for (const [name, file] of Object.entries(manifest.files)) {
    for (const [tensor, table] of Object.entries(file.tensors ?? {})) tables.set(tensor, table);
    if (!isPartName(name)) set(name, file);
  }
  for (const [name, parted] of Object.entries(manifest.parted ?? {})) set(name, parted);
  return tables;
}
