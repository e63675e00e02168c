import { WellbegunError } from "@wellbegun/core";
import { type ElementType, elementBytes } from "./elements.ts";

/** The content of an `.npy` file's header. */
export interface NpyHeader {
  /** Format version: 1, 2 or 3. */
  readonly version: number;
  readonly dtype: ElementType;
  readonly littleEndian: boolean;
  /**
   * Whether the values are in column-major order. Also false if both orders are the same (one row or one
   * column).
   */
  readonly fortranOrder: boolean;
  /** One or two lengths. */
  readonly shape: readonly number[];
  /** First length of the shape. */
  readonly rows: number;
  /** Second length of the shape, 1 for a one-dimensional array. */
  readonly columns: number;
  /** Offset of the values, in bytes from the start of the file. */
  readonly dataOffset: number;
  /** Size of the values in bytes. */
  readonly dataBytes: number;
}

/** The bytes from the start of a file that {@link npyHeaderEnd} needs. */
export const NPY_PREAMBLE_BYTES = 12;

// Headers of one- and two-dimensional arrays take about a hundred bytes; only a broken file asks for more than this.
const MAX_HEADER_BYTES = 1 << 20;

const kinds: Readonly<Record<string, string>> = { f: "float", i: "int", u: "uint" };

/** Where the header ends and the values start, from a file's first bytes: the bytes {@link parseNpyHeader} needs. */
export function npyHeaderEnd(start: Uint8Array, label?: string): number {
  const magic = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59];
  if (start.length > 0 && magic.some((byte, i) => i < start.length && start[i] !== byte)) {
    throw failure("the magic bytes \\x93NUMPY", foreignFile(start), label);
  }
  if (start.length < 10) throw failure("an .npy header", `${start.length} bytes`, label);
  const version = start[6]!;
  if (version < 1 || version > 3) throw failure("format version 1, 2 or 3", `${version}`, label);
  if (version === 1) return 10 + (start[8]! | (start[9]! << 8));
  if (start.length < NPY_PREAMBLE_BYTES) throw failure("an .npy header", `${start.length} bytes`, label);
  const length = new DataView(start.buffer, start.byteOffset).getUint32(8, true);
  if (length > MAX_HEADER_BYTES) {
    throw failure(`a header of at most ${MAX_HEADER_BYTES} bytes`, `one that claims ${length}`, label);
  }
  return NPY_PREAMBLE_BYTES + length;
}

/**
 * Reads the header of an `.npy` file (versions 1 to 3) from its first bytes. {@link checkNpySize} checks the
 * file's size.
 *
 * @throws {WellbegunError} `format` if the magic or the header is wrong or cut off; if the elements are objects
 * (refused, never unpickled), records, complex numbers, text or dates; if the array is not of one or two dimensions.
 */
export function parseNpyHeader(bytes: Uint8Array, label?: string): NpyHeader {
  const dataOffset = npyHeaderEnd(bytes, label);
  if (bytes.length < dataOffset) {
    throw failure(`a header of ${dataOffset} bytes`, `a file cut off after ${bytes.length}`, label);
  }
  const version = bytes[6]!;
  const encoding = version === 3 ? "utf-8" : "latin1";
  const text = new TextDecoder(encoding).decode(
    bytes.subarray(version === 1 ? 10 : NPY_PREAMBLE_BYTES, dataOffset),
  );
  const fields = parseDictionary(text, label);
  const { dtype, littleEndian } = parseDescr(fields.get("descr")!, label);
  const shape = parseShape(fields.get("shape")!, label);
  const [rows = 0, columns = 1] = shape;
  const dataBytes = rows * columns * elementBytes(dtype);
  if (!Number.isSafeInteger(dataBytes))
    throw failure("a shape that fits a file", `${rows} x ${columns}`, label);
  const fortranOrder = fields.get("fortran_order") === "True" && rows > 1 && columns > 1;
  return { version, dtype, littleEndian, fortranOrder, shape, rows, columns, dataOffset, dataBytes };
}

/**
 * Checks that a file of `fileBytes` bytes holds exactly the values that its header describes.
 *
 * @throws {WellbegunError} `format` if values are missing at the end, or bytes are left over.
 */
export function checkNpySize(header: NpyHeader, fileBytes: number, label?: string): void {
  const expected = header.dataOffset + header.dataBytes;
  if (fileBytes === expected) return;
  const values = `${header.rows} x ${header.columns} ${header.dtype}`;
  const fault = fileBytes < expected ? "cut off" : "with bytes left over";
  throw failure(
    `${expected} bytes (a header of ${header.dataOffset} and ${values})`,
    `${fileBytes}, a file ${fault}`,
    label,
  );
}

/** The entries of the header's Python dictionary as their source text: exactly descr, fortran_order and shape. */
function parseDictionary(text: string, label: string | undefined): Map<string, string> {
  const body = /^\s*\{(.*)\}\s*$/s.exec(text)?.[1];
  const fields = new Map<string, string>();
  const entry = /\s*(['"])(\w+)\1\s*:\s*('[^']*'|"[^"]*"|True|False|\([\d\sL,]*\)|\[.*\])\s*(?:,\s*|$)/sy;
  while (body !== undefined && entry.lastIndex < body.length) {
    const found = entry.exec(body);
    if (found === null) break;
    fields.set(found[2]!, found[3]!);
    if (entry.lastIndex === body.length) {
      const complete = fields.size === 3 && fields.has("descr") && fields.has("shape");
      if (complete && /^(True|False)$/.test(fields.get("fortran_order") ?? "")) return fields;
    }
  }
  throw failure(
    "a header with the keys descr, fortran_order and shape",
    JSON.stringify(text.trim().slice(0, 120)),
    label,
  );
}

function parseDescr(
  source: string,
  label: string | undefined,
): { dtype: ElementType; littleEndian: boolean } {
  const descr = source.slice(1, -1);
  const found = /^[<>|=]?(?:([fiu])([1248])|(b1|\?))$/.exec(source.startsWith("[") ? "" : descr);
  if (found === null || found[0].endsWith("f1")) throw refusedDescr(source, descr, label);
  const bits = Number(found[2]) * 8;
  const dtype = found[3] === undefined ? `${kinds[found[1]!]}${bits}` : "bool";
  return { dtype: dtype as ElementType, littleEndian: !descr.startsWith(">") };
}

function refusedDescr(source: string, descr: string, label: string | undefined): WellbegunError {
  const expected = "elements of type float, int, uint or bool";
  if (source.startsWith("[")) return failure(expected, `records, ${source.slice(0, 120)}`, label);
  if (/^[|<>=]?O/.test(descr)) {
    return failure(
      expected,
      "Python objects, which are pickled and never opened",
      label,
      'Save the array anew in Python: np.save(path, array.astype("float32")).',
    );
  }
  return failure(expected, `dtype ${JSON.stringify(descr)}`, label);
}

function parseShape(source: string, label: string | undefined): number[] {
  // Python 2 wrote long integers with a trailing L.
  const lengths = source.slice(1, -1).replaceAll("L", "").split(",");
  if (lengths.at(-1)!.trim() === "") lengths.pop();
  const shape = lengths.map((length) => (/^\s*\d+\s*$/.test(length) ? Number(length) : Number.NaN));
  const valid = shape.every((length) => Number.isSafeInteger(length));
  if (!valid || shape.length < 1 || shape.length > 2) {
    throw failure("an array of one or two dimensions", `shape ${source}`, label);
  }
  return shape;
}

/** Recognizes the files that are most often mistaken for `.npy`. */
function foreignFile(start: Uint8Array): string {
  if (start[0] === 0x50 && start[1] === 0x4b) return "a zip archive (.npz, .pt)";
  if (start[0] === 0x80 && start[1]! <= 5) return "a Python pickle, which is never opened";
  const hex = [...start.subarray(0, 6)].map((byte) => byte.toString(16).padStart(2, "0"));
  return `the bytes ${hex.join(" ")}`;
}

function failure(expected: string, found: string, label: string | undefined, hint?: string): WellbegunError {
  return new WellbegunError("format", {
    doing: "reading an .npy array",
    expected,
    found,
    ...(label === undefined ? {} : { at: label }),
    ...(hint === undefined ? {} : { hint }),
  });
}
