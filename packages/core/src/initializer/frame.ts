import { WellbegunError } from "../errors.ts";
import { crc32c } from "./checksum.ts";
import { damaged } from "./header-rules.ts";

/*
 * The bytes, little-endian: a magic of six letters, a version byte, a zero byte, the header's length as uint32, the CRC-32C
 * of all other bytes as uint32, the header as JSON, then arrays, each at a multiple of 8. The header gives all lengths, so
 * the file has exactly one possible size.
 */
const VERSION = 1;
const MAGIC_LENGTH = 6;
const HEADER_START = 16;
const CHECKSUM_AT = 12;

/** An array of a frame. */
export type FrameArray = Float32Array | Float64Array | Int32Array | Uint8Array;

/** The magic of the bytes; "" for fewer bytes than a magic has. */
export function magicOf(bytes: Uint8Array): string {
  return bytes.length < MAGIC_LENGTH ? "" : String.fromCharCode(...bytes.subarray(0, MAGIC_LENGTH));
}

/** Writes a header and arrays; equal content gives equal bytes. */
export function writeFrame(magic: string, header: object, arrays: readonly FrameArray[]): Uint8Array {
  const json = new TextEncoder().encode(JSON.stringify(header));
  const starts: number[] = [];
  let size = align(HEADER_START + json.length);
  for (const array of arrays) {
    starts.push(size);
    size = align(size + array.byteLength);
  }
  const bytes = new Uint8Array(size);
  const view = new DataView(bytes.buffer);
  for (let i = 0; i < MAGIC_LENGTH; i++) bytes[i] = magic.charCodeAt(i);
  bytes[6] = VERSION;
  view.setUint32(8, json.length, true);
  bytes.set(json, HEADER_START);
  for (const [index, array] of arrays.entries()) {
    const target = bytes.subarray(starts[index], starts[index]! + array.byteLength);
    target.set(new Uint8Array(array.buffer, array.byteOffset, array.byteLength));
    toLittleEndian(target, array.BYTES_PER_ELEMENT);
  }
  view.setUint32(CHECKSUM_AT, checksumOf(bytes), true);
  return bytes;
}

/** Reads what {@link writeFrame} wrote, array by array. */
export class FrameReader {
  /** The header's JSON. */
  readonly header: Uint8Array;
  readonly #bytes: Uint8Array;
  #position: number;

  /**
   * Checks magic, version, length and checksum.
   *
   * @throws {WellbegunError} `format` if the bytes are no such frame, are of a later version, or are damaged.
   */
  constructor(magic: string, bytes: Uint8Array) {
    const start = magicOf(bytes);
    if (start !== magic) throw damaged(`the magic "${magic}"`, JSON.stringify(start));
    if (bytes[6] !== VERSION) throw otherVersion(bytes[6]);
    if (bytes.length < HEADER_START) throw damaged("a header", `${bytes.length} bytes`);
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const length = view.getUint32(8, true);
    if (HEADER_START + length > bytes.length)
      throw damaged(`a header of ${length} bytes`, `${bytes.length} bytes in all`);
    const [found, expected] = [checksumOf(bytes), view.getUint32(CHECKSUM_AT, true)];
    if (found !== expected) {
      throw damaged(`the checksum ${hex(expected)} that was written`, `${hex(found)}: the bytes are damaged`);
    }
    if (bytes[7] !== 0) throw damaged("a zero after the version", `${bytes[7]}`, "byte 7");
    this.#bytes = bytes;
    this.header = bytes.subarray(HEADER_START, HEADER_START + length);
    this.#position = align(HEADER_START + length);
  }

  /**
   * Checks the lengths of all arrays, in bytes, before memory of that size is allocated.
   *
   * @throws {WellbegunError} `format` if the bytes have another size.
   */
  expectArrays(byteLengths: readonly number[]): void {
    const total = byteLengths.reduce((size, length) => align(size + length), this.#position);
    if (total !== this.#bytes.length)
      throw damaged(`${total} bytes, as the header says`, `${this.#bytes.length}`);
  }

  /**
   * Fills the next array.
   *
   * @throws {WellbegunError} `format` naming the first value that `accepts` refuses.
   */
  read<T extends FrameArray>(array: T, at: string, accepts: (value: number) => boolean): T {
    const target = new Uint8Array(array.buffer);
    target.set(this.#bytes.subarray(this.#position, this.#position + target.length));
    toLittleEndian(target, array.BYTES_PER_ELEMENT);
    this.#position = align(this.#position + target.length);
    for (let i = 0; i < array.length; i++) {
      if (!accepts(array[i]!))
        throw damaged("a value that a fit gives", `${array[i]}`, `${at}, element ${i}`);
    }
    return array;
  }
}

function otherVersion(found: number | undefined): WellbegunError {
  return new WellbegunError("format", {
    doing: "reading an initializer",
    expected: `version ${VERSION}`,
    found: found === undefined ? "no more bytes" : `version ${found}`,
    ...(found !== undefined && found > VERSION
      ? { hint: "A later version of @wellbegun/core wrote it: update the package." }
      : {}),
  });
}

/** CRC-32C of all bytes but the checksum's own four. */
function checksumOf(bytes: Uint8Array): number {
  return crc32c(bytes.subarray(CHECKSUM_AT + 4), crc32c(bytes.subarray(0, CHECKSUM_AT)));
}

const littleEndian = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;

/** From the machine's byte order to little-endian, or back. */
function toLittleEndian(bytes: Uint8Array, size: number): void {
  if (littleEndian) return;
  for (let i = 0; i < bytes.length; i += size) bytes.subarray(i, i + size).reverse();
}

function align(position: number): number {
  return Math.ceil(position / 8) * 8;
}

function hex(value: number): string {
  return value.toString(16).padStart(8, "0");
}
