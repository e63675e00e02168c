import type { IdIndex } from "../data/ids.ts";
import { WellbegunError } from "../errors.ts";
import type { ResolvedOptions, StartCentroids } from "../options/method-options.ts";
import type { ScaleFactor } from "../stages/scale.ts";
import { crc32c } from "./checksum.ts";
import {
  damaged,
  type InitializerHeader,
  idEntry,
  type ModalityShape,
  parseHeader,
  parseItemIds,
} from "./header.ts";

/** The tables of one modality of a fitted initializer. */
export interface ModalityTables extends Omit<ModalityShape, "masked" | "startColumns"> {
  /** I x d_m, row-major: projected items, unscaled. */
  readonly items: Float32Array;
  /** (K + 1) x d_m, row-major: projected centroids, and the mean item as the last row. */
  readonly points: Float32Array;
  /** Cluster of each item, from 0 to K - 1; -1 where missing. */
  readonly labels: Int32Array;
  /** 1 for each item without the modality, else 0; undefined if every item has it. */
  readonly missing: Uint8Array | undefined;
}

/** All that folding in a user needs. */
export interface InitializerState {
  readonly options: ResolvedOptions;
  readonly dim: number;
  readonly userFactor: ScaleFactor;
  readonly itemFactor: ScaleFactor;
  readonly itemDegrees: Float64Array;
  readonly itemIds: IdIndex | undefined;
  readonly modalities: Readonly<Record<string, ModalityTables>>;
}

/*
 * The bytes, little-endian: the magic "wbinit", a version byte, a zero byte, the header's length as uint32, the CRC-32C of
 * all other bytes as uint32, the header as JSON, then the arrays, each at a multiple of 8: itemDegrees (float64), and of each
 * modality, in the header's order, items and points (float32), labels (int32), missing (uint8) where the header says
 * masked, and the centroids that k-means started from (float32, K x startColumns) where startColumns is not 0. The header
 * gives all lengths, so the file has exactly one possible size.
 */
const MAGIC = "wbinit";
const VERSION = 1;
const HEADER_START = 16;
const CHECKSUM_AT = 12;

type AnyArray = Float32Array | Float64Array | Int32Array | Uint8Array;

/** Writes a state; equal states give equal bytes. */
export function encodeInitializer(state: InitializerState): Uint8Array {
  const arrays: AnyArray[] = [state.itemDegrees];
  const modalities: [string, ModalityShape][] = [];
  for (const [name, tables] of Object.entries(state.modalities)) {
    const { columns, clusters, weight, column, items, points, labels, missing } = tables;
    const start = state.options.centroids?.[name]?.data;
    const startColumns = start === undefined ? 0 : start.length / clusters;
    modalities.push([
      name,
      { columns, clusters, weight, column, masked: missing !== undefined, startColumns },
    ]);
    arrays.push(items, points, labels, ...(missing === undefined ? [] : [missing]));
    if (start !== undefined) arrays.push(start);
  }
  const { centroids: _, ...options } = state.options;
  const header: InitializerHeader = {
    options,
    userFactor: state.userFactor,
    itemFactor: state.itemFactor,
    itemCount: state.itemDegrees.length,
    itemIds: state.itemIds?.ids.map(idEntry) ?? null,
    modalities: Object.fromEntries(modalities),
  };
  const json = new TextEncoder().encode(JSON.stringify(header));
  const starts: number[] = [];
  let size = align(HEADER_START + json.length);
  for (const array of arrays) {
    starts.push(size);
    size = align(size + array.byteLength);
  }
  const bytes = new Uint8Array(size);
  const view = new DataView(bytes.buffer);
  for (let i = 0; i < MAGIC.length; i++) bytes[i] = MAGIC.charCodeAt(i);
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

/**
 * Reads what {@link encodeInitializer} wrote.
 *
 * @throws {WellbegunError} `format` if the bytes are not an initializer, are of a later version, are damaged,
 * or hold values that no fit gives.
 */
export function decodeInitializer(bytes: Uint8Array): InitializerState {
  const headerEnd = checkFrame(bytes);
  const header = parseHeader(bytes.subarray(HEADER_START, headerEnd));
  const { userFactor, itemFactor, itemCount } = header;
  const shapes = Object.entries(header.modalities);
  const total = shapes.reduce(
    (size, [, shape]) => {
      const { columns, clusters, masked, startColumns } = shape;
      const tables = [4 * itemCount * columns, 4 * (clusters + 1) * columns, 4 * itemCount];
      const optional = [masked ? itemCount : 0, 4 * clusters * startColumns];
      return [...tables, ...optional].reduce((sum, part) => align(sum + part), size);
    },
    align(headerEnd) + align(8 * itemCount),
  );
  // Checked before memory of that size is allocated.
  if (total !== bytes.length) throw damaged(`${total} bytes, as the header says`, `${bytes.length}`);
  const itemIds = parseItemIds(header);

  let position = align(headerEnd);
  const read = <T extends AnyArray>(array: T, at: string, accepts: (value: number) => boolean): T => {
    const target = new Uint8Array(array.buffer);
    target.set(bytes.subarray(position, position + target.length));
    toLittleEndian(target, array.BYTES_PER_ELEMENT);
    position = align(position + target.length);
    for (let i = 0; i < array.length; i++) {
      if (!accepts(array[i]!))
        throw damaged("a value that a fit gives", `${array[i]}`, `${at}, element ${i}`);
    }
    return array;
  };
  const itemDegrees = read(
    new Float64Array(itemCount),
    "itemDegrees",
    (value) => Number.isFinite(value) && value >= 0,
  );
  const centroids: [string, StartCentroids][] = [];
  const modalities = shapes.map(([name, { masked, startColumns, ...shape }]): [string, ModalityTables] => {
    const { columns, clusters } = shape;
    const items = read(new Float32Array(itemCount * columns), `${name}/items`, Number.isFinite);
    const points = read(new Float32Array((clusters + 1) * columns), `${name}/points`, Number.isFinite);
    const within = (value: number): boolean => value >= -1 && value < clusters;
    const labels = read(new Int32Array(itemCount), `${name}/labels`, within);
    const missing = masked
      ? read(new Uint8Array(itemCount), `${name}/missing`, (value) => value <= 1)
      : undefined;
    const lost = labels.findIndex((label, item) => label < 0 && missing?.[item] !== 1);
    if (lost >= 0)
      throw damaged("a cluster of an item that has the modality", "-1", `${name}/labels, ${lost}`);
    if (startColumns > 0) {
      const data = read(new Float32Array(clusters * startColumns), `${name}/start`, Number.isFinite);
      centroids.push([name, { data, clusters }]);
    }
    return [name, { ...shape, items, points, labels, missing }];
  });
  const options =
    centroids.length === 0 ? header.options : { ...header.options, centroids: Object.fromEntries(centroids) };
  return {
    options,
    dim: header.options.dim,
    userFactor,
    itemFactor,
    itemDegrees,
    itemIds,
    modalities: Object.fromEntries(modalities),
  };
}

/** Checks magic, version, length and checksum, and returns where the header ends. */
function checkFrame(bytes: Uint8Array): number {
  const start = String.fromCharCode(...bytes.subarray(0, MAGIC.length));
  if (start !== MAGIC) throw damaged(`the magic "${MAGIC}"`, JSON.stringify(start));
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
  return HEADER_START + length;
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
