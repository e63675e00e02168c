import { WellbegunError } from "@wellbegun/core";

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
  /** The type of a table in `.npy` or Parquet; left out of other files. */
  readonly dtype?: TableShape["dtype"];
  /** The lengths of a table in `.npy` or Parquet, or [lines] of an ID file; left out of other files. */
  readonly shape?: readonly number[];
  /** A safetensors file's tables by name; left out of other files. */
  readonly tensors?: Readonly<Record<string, TableShape>>;
}

/** Whether `name` is a plain file name, which names a file directly in the folder on any system. */
export function isPlainFileName(name: string): boolean {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: a name must not contain control characters.
  return name !== "" && !name.startsWith(".") && !/[/\\:*?"<>|\x00-\x1f]/.test(name);
}

/** Whether `name` is a part's: a folder with the table's name, then `part-` and five or more digits. */
export function isPartName(name: string): boolean {
  const [folder = "", part = "", ...others] = name.split("/");
  return others.length === 0 && isPlainFileName(folder) && /^part-\d{5,}\.(npy|parquet|txt)$/.test(part);
}

/** The table that a file holds, or its parts: `users` for `users.npy`. */
export function tableName(file: string): string {
  return file.replace(/\.(npy|parquet)$/, "");
}

/** Checks one entry of the manifest's files. @throws {WellbegunError} `format` naming the entry. */
export function checkFile(name: string, file: unknown, label: string): void {
  const at = `${label}, file ${JSON.stringify(name)}`;
  if (!isPlainFileName(name) && !isPartName(name))
    throw failure("a plain file name", JSON.stringify(name), at);
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

export function checkShape(dtype: unknown, shape: unknown, at: string): void {
  if (isShape(shape) && (dtype === "float32" || dtype === "int32")) return;
  const found = `${JSON.stringify(dtype)} ${JSON.stringify(shape)}`;
  throw failure("dtype float32 or int32 and a shape of one or two whole numbers", found, at);
}

function isShape(value: unknown): boolean {
  return Array.isArray(value) && value.length >= 1 && value.length <= 2 && value.every(isLength);
}

export function isLength(value: unknown): boolean {
  return Number.isSafeInteger(value) && Number(value) >= 0;
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export function failure(
  expected: string,
  found: string,
  at: string,
  more: { readonly hint?: string; readonly cause?: unknown } = {},
): WellbegunError {
  return new WellbegunError("format", { doing: "reading a bundle's manifest", expected, found, at, ...more });
}
