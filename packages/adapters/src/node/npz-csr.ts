import { inflateRawSync } from "node:zlib";
import { type Interactions, interactionsFromCsr, WellbegunError } from "@wellbegun/core";
import { type ElementArray, toFloat32 } from "../formats/elements.ts";
import { decodeNpy, type NpyArray } from "../formats/npy-decode.ts";
import { npyHeaderEnd } from "../formats/npy-header.ts";
import { readWhole } from "./files.ts";

const DOING = "reading a sparse matrix (.npz)";
const CENTRAL_ENTRY = 0x02014b50;
const END_RECORD = 0x06054b50;
const END_BYTES = 22;

/**
 * Reads a CSR matrix, users x items, that `scipy.sparse.save_npz` wrote. Cornac, implicit and LightFM use such
 * matrices in memory. Values are weights; explicit zeros are dropped, and duplicate entries are added, as SciPy
 * does.
 *
 * @throws {WellbegunError} `io` if the file cannot be read; `format` if it is not such an archive, is not CSR,
 * is encrypted, or has 4 GiB or more; `invalid-data` as `interactionsFromCsr`, or for a shape that is
 * implausibly large for the number of entries.
 */
export async function readCsrNpz(path: string): Promise<Interactions> {
  return parseCsrNpz(await readWhole(path, DOING), path);
}

/** The matrix of an archive's bytes; `path` is what errors call it. */
export function parseCsrNpz(bytes: Uint8Array, path: string): Interactions {
  const members = unzip(bytes, path);
  const layout = textMember(members, "format", path);
  if (layout !== "csr") throw failure("a matrix in CSR format", JSON.stringify(layout), path);
  const read = (name: string): NpyArray => decodeNpy(member(members, name, path), `${path}, ${name}.npy`);
  const shape = integers(read("shape").data);
  const offsets = integers(read("indptr").data);
  const indices = integers(read("indices").data);
  const values = toFloat32(read("data"));
  const [userCount, itemCount] = shape;
  if (shape.length !== 2 || !isCount(userCount) || !isCount(itemCount))
    throw failure("a shape of two whole numbers", `(${shape.slice(0, 4).join(", ")})`, path);
  if (offsets.length !== userCount + 1)
    throw failure(`indptr of ${userCount + 1} values`, `${offsets.length}`, path);
  if (values.length !== indices.length) throw failure(`${indices.length} values`, `${values.length}`, path);
  requireOffsets(offsets, indices.length, path);
  if (itemCount > Math.max(MOST_EMPTY_COLUMNS, 16 * indices.length)) {
    const found = `${itemCount} columns for ${indices.length} entries`;
    const expected = "a number of columns that the entries fill";
    throw new WellbegunError("invalid-data", { doing: DOING, expected, found, at: path });
  }
  const { offsets: rows, items, weights } = dropZeros(offsets, indices, values);
  const summed = interactionsFromCsr({ offsets: rows, items, weights, itemCount, duplicates: "sum" });
  return summed.weights?.every((weight) => weight === 1) ? { ...summed, weights: undefined } : summed;
}

/** Number of columns that is accepted for any number of entries: an index of this length takes 16 MiB. */
const MOST_EMPTY_COLUMNS: number = 2 ** 22;

function isCount(value: number | undefined): value is number {
  return Number.isSafeInteger(value) && Number(value) >= 0;
}

function requireOffsets(offsets: readonly number[], entries: number, path: string): void {
  const wrong = offsets.findIndex((offset, row) => !(isCount(offset) && offset >= (offsets[row - 1] ?? 0)));
  if (wrong < 0 && offsets[0] === 0 && offsets.at(-1) === entries) return;
  const found = wrong < 0 ? `${offsets[0]} to ${offsets.at(-1)}` : `${offsets[wrong]} at position ${wrong}`;
  throw failure(`indptr that ascends from 0 to ${entries}`, found, path);
}

/** A CSR matrix without its explicit zeros. */
function dropZeros(
  offsets: readonly number[],
  indices: readonly number[],
  values: Float32Array,
): { offsets: Uint32Array; items: number[]; weights: number[] } {
  const rows = new Uint32Array(offsets.length);
  const items: number[] = [];
  const weights: number[] = [];
  for (let row = 0; row + 1 < offsets.length; row++) {
    for (let at = offsets[row]!; at < offsets[row + 1]!; at++) {
      if (values[at] === 0) continue;
      items.push(indices[at]!);
      weights.push(values[at]!);
    }
    rows[row + 1] = items.length;
  }
  return { offsets: rows, items, weights };
}

function integers(data: ElementArray): number[] {
  return Array.from(data as ArrayLike<number | bigint>, Number);
}

/** The text of a zero-dimensional array of bytes, such as b"csr". */
function textMember(members: ReadonlyMap<string, Uint8Array>, name: string, path: string): string {
  const bytes = member(members, name, path);
  return new TextDecoder().decode(bytes.subarray(npyHeaderEnd(bytes, path))).replaceAll("\0", "");
}

function member(members: ReadonlyMap<string, Uint8Array>, name: string, path: string): Uint8Array {
  const found = members.get(`${name}.npy`);
  if (found !== undefined) return found;
  throw failure(`a member ${name}.npy`, [...members.keys()].join(", ") || "none", path);
}

/**
 * The members of a zip archive by name, stored or deflated, from its central directory.
 *
 * Source: https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT, sections 4.3.12 and 4.3.16
 */
function unzip(bytes: Uint8Array, path: string): ReadonlyMap<string, Uint8Array> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let end = bytes.length - END_BYTES;
  while (end >= 0 && view.getUint32(end, true) !== END_RECORD) end--;
  if (end < 0) throw failure("a zip archive", "no end record", path);
  const members = new Map<string, Uint8Array>();
  let at = view.getUint32(end + 16, true);
  for (let left = view.getUint16(end + 10, true); left > 0; left--) {
    if (at + 46 > bytes.length || view.getUint32(at, true) !== CENTRAL_ENTRY) {
      throw failure("a zip archive below 4 GiB", "a broken directory", path);
    }
    const method = view.getUint16(at + 10, true);
    const [packed, size] = [view.getUint32(at + 20, true), view.getUint32(at + 24, true)];
    const [nameLength, extra, comment] = [28, 30, 32].map((offset) => view.getUint16(at + offset, true));
    const local = view.getUint32(at + 42, true);
    if (local + 30 > bytes.length) throw failure("a zip archive below 4 GiB", "a broken directory", path);
    const name = new TextDecoder().decode(bytes.subarray(at + 46, at + 46 + nameLength!));
    const start = local + 30 + view.getUint16(local + 26, true) + view.getUint16(local + 28, true);
    members.set(name, content(bytes.subarray(start, start + packed), method, size, `${path}, ${name}`));
    at += 46 + nameLength! + extra! + comment!;
  }
  return members;
}

function content(bytes: Uint8Array, method: number, size: number, at: string): Uint8Array {
  if (method !== 0 && method !== 8) throw failure("a stored or deflated member", `method ${method}`, at);
  try {
    const plain = method === 0 ? bytes : inflateRawSync(bytes, { maxOutputLength: Math.max(size, 1) });
    if (plain.length === size) return plain.slice();
  } catch (cause) {
    throw new WellbegunError("format", {
      doing: DOING,
      expected: `${size} bytes`,
      found: "damaged data",
      at,
      cause,
    });
  }
  throw failure(`${size} bytes`, "another number: the file is damaged", at);
}

function failure(expected: string, found: string, at: string): WellbegunError {
  return new WellbegunError("format", { doing: DOING, expected, found, at });
}
