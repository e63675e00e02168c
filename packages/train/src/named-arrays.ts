import { WellbegunError } from "@wellbegun/core";

/*
 * The bytes: the magic "wbtrain", a version byte, the header's length as uint32, the header as JSON, then the float32 values
 * of the arrays that it lists, little-endian, from the next multiple of 8 on.
 */
const MAGIC = "wbtrain";
const VERSION = 1;
const PREAMBLE = 12;

/** A JSON value beside named arrays. */
export interface NamedArrays<T> {
  readonly header: T;
  readonly arrays: ReadonlyMap<string, Float32Array>;
}

/** An array that is written without a copy of it in between. */
export interface ArraySource {
  readonly name: string;
  readonly length: number;
  /** Writes all values. */
  fill(into: Float32Array): void | Promise<void>;
}

/** Writes a header and arrays as bytes. Equal values give equal bytes. */
export async function encodeArrays<T>(header: T, sources: readonly ArraySource[]): Promise<Uint8Array> {
  const list = sources.map(({ name, length }) => ({ name, length }));
  const json = new TextEncoder().encode(JSON.stringify({ header, arrays: list }));
  let at = align(PREAMBLE + json.length);
  const total = list.reduce((sum, { length }) => sum + 4 * length, at);
  const bytes = new Uint8Array(total);
  const view = new DataView(bytes.buffer);
  bytes.set(new TextEncoder().encode(MAGIC));
  bytes[MAGIC.length] = VERSION;
  view.setUint32(8, json.length, true);
  bytes.set(json, PREAMBLE);
  // Every runtime stores numbers with the lowest byte first.
  for (const { length, fill } of sources) {
    await fill(new Float32Array(bytes.buffer, at, length));
    at += 4 * length;
  }
  return bytes;
}

/**
 * Reads what {@link encodeArrays} wrote.
 *
 * @param doing What is being done, for errors.
 * @param at What to call the bytes in errors, such as a path. Default: `the bytes`.
 * @throws {WellbegunError} `format` for other bytes, or for fewer or more of them than the header says.
 */
export function decodeArrays<T>(
  bytes: Uint8Array,
  doing: string = "reading arrays",
  at: string = "the bytes",
): NamedArrays<T> {
  const broken = (expected: string, found: string, cause?: unknown): WellbegunError =>
    new WellbegunError("format", { doing, expected, found, at, cause });
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const magic = new TextDecoder().decode(bytes.subarray(0, MAGIC.length));
  if (bytes.length < PREAMBLE || magic !== MAGIC) throw broken(`"${MAGIC}" at the start`, "other bytes");
  const version = bytes[MAGIC.length];
  if (version !== VERSION) throw broken(`version ${VERSION} of the format`, `version ${version}`);
  const jsonEnd = PREAMBLE + view.getUint32(8, true);
  if (bytes.length < jsonEnd) throw broken(`a header of ${jsonEnd} bytes`, `${bytes.length} bytes in all`);
  const { header, arrays: list } = parse<T>(bytes.subarray(PREAMBLE, jsonEnd), broken);
  let next = align(jsonEnd);
  const total = list.reduce((sum, { length }) => sum + 4 * length, next);
  if (bytes.length !== total) throw broken(`${total} bytes`, `${bytes.length}`);
  const arrays = new Map<string, Float32Array>();
  for (const { name, length } of list) {
    // Node's Buffer has a slice() that copies nothing, whose buffer holds the whole file.
    arrays.set(name, new Float32Array(new Uint8Array(bytes.subarray(next, next + 4 * length)).buffer));
    next += 4 * length;
  }
  return { header, arrays };
}

function parse<T>(
  json: Uint8Array,
  broken: (expected: string, found: string, cause?: unknown) => WellbegunError,
): { header: T; arrays: { name: string; length: number }[] } {
  let parsed: { readonly header?: unknown; readonly arrays?: unknown } | null;
  try {
    parsed = JSON.parse(new TextDecoder().decode(json));
  } catch (cause) {
    throw broken("a JSON header", "bytes that are none", cause);
  }
  const { header, arrays } = parsed ?? {};
  if (!isObject(header) || !Array.isArray(arrays) || !arrays.every(isListed)) {
    throw broken("a header, and a list of arrays with name and length", "other JSON");
  }
  return { header: header as T, arrays };
}

function isListed(value: unknown): value is { name: string; length: number } {
  if (!isObject(value)) return false;
  const { name, length } = value as { name?: unknown; length?: unknown };
  return typeof name === "string" && Number.isSafeInteger(length) && (length as number) >= 0;
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}

function align(offset: number): number {
  return Math.ceil(offset / 8) * 8;
}
