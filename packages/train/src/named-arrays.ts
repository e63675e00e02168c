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

/** Writes a header and arrays as bytes. Equal values give equal bytes. */
export function encodeArrays<T>({ header, arrays }: NamedArrays<T>): Uint8Array {
  const list = [...arrays].map(([name, { length }]) => ({ name, length }));
  const json = new TextEncoder().encode(JSON.stringify({ header, arrays: list }));
  let at = align(PREAMBLE + json.length);
  const total = list.reduce((sum, { length }) => sum + 4 * length, at);
  const bytes = new Uint8Array(total);
  const view = new DataView(bytes.buffer);
  bytes.set(new TextEncoder().encode(MAGIC));
  bytes[MAGIC.length] = VERSION;
  view.setUint32(8, json.length, true);
  bytes.set(json, PREAMBLE);
  for (const array of arrays.values()) {
    for (const value of array) {
      view.setFloat32(at, value, true);
      at += 4;
    }
  }
  return bytes;
}

/**
 * Reads what {@link encodeArrays} wrote.
 *
 * @throws {WellbegunError} `format` for other bytes, or for fewer or more of them than the header says.
 */
export function decodeArrays<T>(bytes: Uint8Array): NamedArrays<T> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const magic = new TextDecoder().decode(bytes.subarray(0, MAGIC.length));
  if (bytes.length < PREAMBLE || magic !== MAGIC || bytes[MAGIC.length] !== VERSION) {
    throw broken(`"${MAGIC}" and version ${VERSION} at the start`, "other bytes");
  }
  const jsonEnd = PREAMBLE + view.getUint32(8, true);
  const { header, arrays: list } = parse<T>(bytes.subarray(PREAMBLE, jsonEnd));
  let at = align(jsonEnd);
  const total = list.reduce((sum, { length }) => sum + 4 * length, at);
  if (bytes.length !== total) throw broken(`${total} bytes`, `${bytes.length}`);
  const arrays = new Map<string, Float32Array>();
  for (const { name, length } of list) {
    const array = new Float32Array(length);
    for (let i = 0; i < length; i++, at += 4) array[i] = view.getFloat32(at, true);
    arrays.set(name, array);
  }
  return { header, arrays };
}

function parse<T>(json: Uint8Array): { header: T; arrays: { name: string; length: number }[] } {
  try {
    return JSON.parse(new TextDecoder().decode(json));
  } catch (cause) {
    throw broken("a JSON header", "bytes that are none", cause);
  }
}

function align(offset: number): number {
  return Math.ceil(offset / 8) * 8;
}

function broken(expected: string, found: string, cause?: unknown): WellbegunError {
  return new WellbegunError("format", { doing: "reading a checkpoint", expected, found, cause });
}
