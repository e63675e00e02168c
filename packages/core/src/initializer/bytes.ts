import { type Id, IdIndex } from "../data/ids.ts";
import { isWellbegunError, WellbegunError } from "../errors.ts";
import type { ResolvedOptions, StartCentroids } from "../options.ts";
import type { ScaleFactor } from "../stages/scale.ts";

/** One modality of a fitted initializer. */
export interface ModalityTables {
  /** Width of its tables, d_m. */
  readonly columns: number;
  readonly clusters: number;
  /** fused[column ..] += weight * table. */
  readonly weight: number;
  readonly column: number;
  /** I x d_m: projected items, unscaled. */
  readonly items: Float32Array;
  /** (K + 1) x d_m: projected centroids, and the mean item as the last row. */
  readonly points: Float32Array;
  /** Cluster of each item, -1 where missing. */
  readonly labels: Int32Array;
  readonly missing: Uint8Array | undefined;
}

/** Everything that folding in a user needs. */
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
 * Centroids that k-means started from are arrays, too; the options of the header are without them.
 *
 * The bytes: the magic "wbinit" and a version byte, a zero byte, the header's length as uint32, the header as JSON,
 * then the arrays that the header lists, little-endian, each at a multiple of 8.
 */
const magic = "wbinit";
const version = 1;

type Kind = "float32" | "float64" | "int32" | "uint8";
const elementBytes: Readonly<Record<Kind, number>> = { float32: 4, float64: 8, int32: 4, uint8: 1 };
type AnyArray = Float32Array | Float64Array | Int32Array | Uint8Array;

interface Header {
  options: Omit<ResolvedOptions, "centroids">;
  dim: number;
  userFactor: ScaleFactor;
  itemFactor: ScaleFactor;
  itemIds: [type: string, text: string][] | null;
  modalities: Record<string, { columns: number; clusters: number; weight: number; column: number }>;
  arrays: { name: string; kind: Kind; length: number }[];
}

/** Writes a state; equal states give equal bytes. */
export function encodeInitializer(state: InitializerState): Uint8Array {
  const arrays: [name: string, array: AnyArray][] = [["itemDegrees", state.itemDegrees]];
  const modalities: Header["modalities"] = {};
  for (const [name, tables] of Object.entries(state.modalities)) {
    const { columns, clusters, weight, column } = tables;
    modalities[name] = { columns, clusters, weight, column };
    arrays.push(
      [`${name}/items`, tables.items],
      [`${name}/points`, tables.points],
      [`${name}/labels`, tables.labels],
    );
    if (tables.missing !== undefined) arrays.push([`${name}/missing`, tables.missing]);
    const start = state.options.centroids?.[name];
    if (start !== undefined) arrays.push([`${name}/start`, start.data]);
  }
  const { centroids, ...options } = state.options;
  const header: Header = {
    options,
    dim: state.dim,
    userFactor: state.userFactor,
    itemFactor: state.itemFactor,
    itemIds: state.itemIds?.ids.map((id): [string, string] => [typeof id, String(id)]) ?? null,
    modalities,
    arrays: arrays.map(([name, array]) => ({ name, kind: kindOf(array), length: array.length })),
  };
  const json = new TextEncoder().encode(JSON.stringify(header));
  let size = align(12 + json.length);
  for (const [, array] of arrays) size = align(size + array.byteLength);
  const bytes = new Uint8Array(size);
  const view = new DataView(bytes.buffer);
  for (let i = 0; i < magic.length; i++) bytes[i] = magic.charCodeAt(i);
  bytes[6] = version;
  view.setUint32(8, json.length, true);
  bytes.set(json, 12);
  let position = align(12 + json.length);
  for (const [, array] of arrays) {
    copyLittleEndian(array, view, position);
    position = align(position + array.byteLength);
  }
  return bytes;
}

/** Reads what {@link encodeInitializer} wrote. */
export function decodeInitializer(bytes: Uint8Array): InitializerState {
  try {
    return decode(bytes);
  } catch (cause) {
    // A damaged header may be no JSON, or JSON that lacks what is looked for.
    if (isWellbegunError(cause)) throw cause;
    throw new WellbegunError("format", {
      doing: "reading an initializer",
      expected: "a JSON header that describes one",
      found: "another",
      cause,
    });
  }
}

function decode(bytes: Uint8Array): InitializerState {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const start = String.fromCharCode(...bytes.subarray(0, 6));
  if (start !== magic) refuse(`the magic "${magic}"`, JSON.stringify(start));
  if (bytes[6] !== version) refuse(`version ${version}`, `version ${bytes[6]}`);
  if (bytes.length < 12) refuse("a header", `${bytes.length} bytes`);
  const headerLength = view.getUint32(8, true);
  if (12 + headerLength > bytes.length)
    refuse(`a header of ${headerLength} bytes`, `${bytes.length} bytes in all`);
  const header = parseHeader(bytes.subarray(12, 12 + headerLength));
  const arrays = new Map<string, AnyArray>();
  let position = align(12 + headerLength);
  for (const { name, kind, length } of header.arrays) {
    const end = position + length * elementBytes[kind];
    // Before anything of that size is asked for; also when the kind or the length is none.
    if (!(end <= bytes.length)) refuse(`${end} bytes for ${name}`, `${bytes.length}`);
    const array = emptyArray(kind, length);
    readLittleEndian(array, view, position);
    arrays.set(name, array);
    position = align(end);
  }
  const modalities: Record<string, ModalityTables> = {};
  const itemDegrees = arrays.get("itemDegrees") as Float64Array | undefined;
  if (itemDegrees === undefined) refuse("values of itemDegrees", "none");
  for (const [name, shape] of Object.entries(header.modalities)) {
    modalities[name] = {
      ...shape,
      items: sized(arrays, `${name}/items`, itemDegrees.length * shape.columns) as Float32Array,
      points: sized(arrays, `${name}/points`, (shape.clusters + 1) * shape.columns) as Float32Array,
      labels: sized(arrays, `${name}/labels`, itemDegrees.length) as Int32Array,
      missing: arrays.get(`${name}/missing`) as Uint8Array | undefined,
    };
  }
  const centroids: Record<string, StartCentroids> = {};
  for (const [name, { clusters }] of Object.entries(header.modalities)) {
    const data = arrays.get(`${name}/start`) as Float32Array | undefined;
    if (data !== undefined) centroids[name] = { data, clusters };
  }
  const given = Object.keys(centroids).length > 0;
  const options: ResolvedOptions = { ...header.options, ...(given ? { centroids } : {}) };
  const { dim, userFactor, itemFactor } = header;
  const itemIds = header.itemIds === null ? undefined : new IdIndex(header.itemIds.map(parseId));
  return { options, dim, userFactor, itemFactor, itemDegrees, itemIds, modalities };
}

function parseHeader(json: Uint8Array): Header {
  return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(json)) as Header;
}

function parseId([type, text]: [string, string]): Id {
  if (type === "number") return Number(text);
  return type === "bigint" ? BigInt(text) : text;
}

function sized(arrays: ReadonlyMap<string, AnyArray>, name: string, length: number): AnyArray {
  const array = arrays.get(name);
  if (array?.length !== length) refuse(`${length} values of ${name}`, `${array?.length ?? "none"}`);
  return array as AnyArray;
}

function kindOf(array: AnyArray): Kind {
  if (array instanceof Float32Array) return "float32";
  if (array instanceof Float64Array) return "float64";
  return array instanceof Int32Array ? "int32" : "uint8";
}

function emptyArray(kind: Kind, length: number): AnyArray {
  if (kind === "float32") return new Float32Array(length);
  if (kind === "float64") return new Float64Array(length);
  return kind === "int32" ? new Int32Array(length) : new Uint8Array(length);
}

const littleEndian = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;

function copyLittleEndian(array: AnyArray, view: DataView, position: number): void {
  const target = new Uint8Array(view.buffer, view.byteOffset + position, array.byteLength);
  target.set(new Uint8Array(array.buffer, array.byteOffset, array.byteLength));
  if (!littleEndian) swap(target, array.BYTES_PER_ELEMENT);
}

function readLittleEndian(array: AnyArray, view: DataView, position: number): void {
  const target = new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
  target.set(new Uint8Array(view.buffer, view.byteOffset + position, array.byteLength));
  if (!littleEndian) swap(target, array.BYTES_PER_ELEMENT);
}

function swap(bytes: Uint8Array, size: number): void {
  for (let i = 0; i < bytes.length; i += size) bytes.subarray(i, i + size).reverse();
}

function align(position: number): number {
  return Math.ceil(position / 8) * 8;
}

function refuse(expected: string, found: string): never {
  throw new WellbegunError("format", { doing: "reading an initializer", expected, found });
}
