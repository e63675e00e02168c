import { WellbegunError } from "@wellbegun/core";
import { float16ToFloat32 } from "@wellbegun/core/support";

/** The element type of a stored array, by NumPy's names. */
export type ElementType =
  | "float16"
  | "bfloat16"
  | "float32"
  | "float64"
  | "int8"
  | "int16"
  | "int32"
  | "int64"
  | "uint8"
  | "uint16"
  | "uint32"
  | "uint64"
  | "bool";

/** Stored elements in memory. float16 and bfloat16 are kept as their bits in a Uint16Array, bool as 0 and 1. */
export type ElementArray =
  | Float32Array
  | Float64Array
  | Int8Array
  | Int16Array
  | Int32Array
  | BigInt64Array
  | Uint8Array
  | Uint16Array
  | Uint32Array
  | BigUint64Array;

/** Elements with their type, which the array's class alone does not determine (float16 or uint16). */
export interface TypedElements {
  readonly dtype: ElementType;
  readonly data: ElementArray;
}

interface ElementClass {
  readonly BYTES_PER_ELEMENT: number;
  new (buffer: ArrayBufferLike, byteOffset: number, length: number): ElementArray;
}

const classes: Readonly<Record<ElementType, ElementClass>> = {
  float16: Uint16Array,
  bfloat16: Uint16Array,
  float32: Float32Array,
  float64: Float64Array,
  int8: Int8Array,
  int16: Int16Array,
  int32: Int32Array,
  int64: BigInt64Array,
  uint8: Uint8Array,
  uint16: Uint16Array,
  uint32: Uint32Array,
  uint64: BigUint64Array,
  bool: Uint8Array,
};

const hostIsLittleEndian: boolean = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;

/** Bytes that one element takes. */
export function elementBytes(dtype: ElementType): number {
  return classes[dtype].BYTES_PER_ELEMENT;
}

/**
 * The element type that an array's class stands for (a Uint16Array is uint16).
 *
 * @throws {WellbegunError} `invalid-option` for a value that is not a typed array of a known type, such as a
 * plain array.
 */
export function elementTypeOf(data: ElementArray): ElementType {
  // The tag, not the constructor's name, so that a subclass (Node's Buffer) counts as its base class.
  const tag = String((data as { [Symbol.toStringTag]?: string })?.[Symbol.toStringTag])
    .replace(/Array$/, "")
    .toLowerCase();
  const name = tag.startsWith("big") ? tag.slice(3) : tag;
  if (Object.hasOwn(classes, name)) return name as ElementType;
  throw new WellbegunError("invalid-option", {
    doing: "reading the type of values",
    expected: "a typed array, such as a Float32Array",
    found: Array.isArray(data) ? "a plain array" : `${tag === "undefined" ? typeof data : tag}`,
    hint: "Float32Array.from(values) makes one.",
  });
}

/** Elements of `bytes`: a view of the same memory where alignment and byte order allow it, else a copy. */
export function bytesToElements(bytes: Uint8Array, dtype: ElementType, littleEndian: boolean): ElementArray {
  const ElementClass = classes[dtype];
  const size = ElementClass.BYTES_PER_ELEMENT;
  let source = bytes;
  if (size > 1 && littleEndian !== hostIsLittleEndian) source = swapBytes(bytes, size);
  else if (source.byteOffset % size !== 0) source = new Uint8Array(source);
  return new ElementClass(source.buffer, source.byteOffset, source.byteLength / size);
}

/** Little-endian bytes of `data`: a view of the same memory on nearly every machine, a copy on a big-endian one. */
export function elementsToBytes(data: ElementArray): Uint8Array {
  const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  return hostIsLittleEndian || data.BYTES_PER_ELEMENT === 1
    ? bytes
    : swapBytes(bytes, data.BYTES_PER_ELEMENT);
}

/** Whether little-endian `dtype` bytes, read into a Float32Array's memory, need no conversion. */
export function isNativeFloat32(dtype: ElementType, littleEndian: boolean): boolean {
  return dtype === "float32" && littleEndian === hostIsLittleEndian;
}

/**
 * Writes `source` as float32 into `into`, which is as long. float64 and wide integers round to the nearest float32
 * (64-bit integers beyond 2^53 via float64), bool becomes 0 and 1.
 */
export function convertToFloat32(source: TypedElements, into: Float32Array): void {
  const { dtype, data } = source;
  if (data instanceof BigInt64Array || data instanceof BigUint64Array) {
    for (let i = 0; i < data.length; i++) into[i] = Number(data[i]);
  } else if (dtype === "float16" && data instanceof Uint16Array) {
    float16ToFloat32(data, into);
  } else if (dtype === "bfloat16") {
    // A bfloat16 is the upper half of a float32.
    const bits = new Uint32Array(into.buffer, into.byteOffset, into.length);
    for (let i = 0; i < data.length; i++) bits[i] = (data[i] as number) << 16;
  } else {
    into.set(data);
  }
}

/** The elements as float32: the same array if it is float32 already, else a converted copy. */
export function toFloat32(source: TypedElements): Float32Array {
  if (source.data instanceof Float32Array) return source.data;
  const values = new Float32Array(source.data.length);
  convertToFloat32(source, values);
  return values;
}

/**
 * The elements as int32: the same array if it is int32 already, else a checked copy.
 *
 * @throws {WellbegunError} `invalid-data` if a value is not a whole number of 32 bits.
 */
export function toInt32(source: TypedElements, label?: string): Int32Array {
  if (source.data instanceof Int32Array) return source.data;
  const halves = source.dtype === "float16" || source.dtype === "bfloat16";
  const data = halves ? toFloat32(source) : source.data;
  const values = new Int32Array(data.length);
  for (let i = 0; i < values.length; i++) {
    const value = Number(data[i]);
    values[i] = value;
    if (values[i] === value) continue;
    throw new WellbegunError("invalid-data", {
      doing: "reading whole numbers",
      expected: "a whole number from -2147483648 to 2147483647",
      found: `${data[i]}`,
      at: label === undefined ? `element ${i}` : `${label}, element ${i}`,
    });
  }
  return values;
}

function swapBytes(bytes: Uint8Array, size: number): Uint8Array {
  const swapped = new Uint8Array(bytes.length);
  for (let start = 0; start < bytes.length; start += size) {
    for (let b = 0; b < size; b++) swapped[start + b] = bytes[start + size - 1 - b]!;
  }
  return swapped;
}
