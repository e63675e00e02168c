import { WellbegunError } from "@wellbegun/core";
import { namesOf, refuseUnknownKeys } from "@wellbegun/core/support";
import { type ElementArray, type ElementType, elementsToBytes, elementTypeOf } from "./elements.ts";

/** Types that `.npy` can store (it has no bfloat16). */
export type NpyElementType = Exclude<ElementType, "bfloat16">;

const descriptors: Readonly<Record<NpyElementType, string>> = {
  float16: "<f2",
  float32: "<f4",
  float64: "<f8",
  int8: "|i1",
  int16: "<i2",
  int32: "<i4",
  int64: "<i8",
  uint8: "|u1",
  uint16: "<u2",
  uint32: "<u4",
  uint64: "<u8",
  bool: "|b1",
};

/**
 * The header of a version 1 `.npy` file, as numpy writes it: little-endian, row-major, padded so that the values
 * start at a multiple of 64 bytes. The raw values follow it.
 *
 * @param shape One or two lengths.
 * @throws {WellbegunError} `invalid-option` if the shape is anything else.
 */
export function encodeNpyHeader(dtype: NpyElementType, shape: readonly number[]): Uint8Array {
  const valid = shape.every((length) => Number.isSafeInteger(length) && length >= 0);
  if (!valid || shape.length < 1 || shape.length > 2) {
    throw new WellbegunError("invalid-option", {
      doing: "writing an .npy header",
      expected: "a shape of one or two whole numbers",
      found: `[${shape.join(", ")}]`,
    });
  }
  const tuple = shape.length === 1 ? `(${shape[0]},)` : `(${shape.join(", ")})`;
  const dictionary = `{'descr': '${descriptors[dtype]}', 'fortran_order': False, 'shape': ${tuple}, }`;
  const total = Math.ceil((10 + dictionary.length + 1) / 64) * 64;
  const header = new Uint8Array(total);
  const length = total - 10;
  header.set([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0, length & 0xff, length >> 8]);
  header.set(new TextEncoder().encode(`${dictionary.padEnd(length - 1)}\n`), 10);
  return header;
}

/** Options of {@link encodeNpy}. */
export interface EncodeNpyOptions {
  /**
   * The type of the values, where the array's class does not determine it: `float16` bits in a Uint16Array,
   * `bool`.
   */
  readonly dtype?: NpyElementType | undefined;
}

const optionNames = namesOf<EncodeNpyOptions>({ dtype: true });

/**
 * A whole `.npy` file: version 1, little-endian, row-major.
 *
 * @param data The values, row-major.
 * @param shape One or two lengths whose product is the number of values.
 * @example
 * ```ts
 * import { decodeNpy, encodeNpy } from "@wellbegun/adapters/npy";
 *
 * const bytes = encodeNpy(Float32Array.of(1, 2, 3, 4, 5, 6), [2, 3]);
 * console.log(decodeNpy(bytes).shape); // [ 2, 3 ]
 * ```
 * @throws {WellbegunError} `invalid-option` if shape and values do not fit each other, or the dtype the array.
 */
export function encodeNpy(
  data: ElementArray,
  shape: readonly number[],
  options: EncodeNpyOptions = {},
): Uint8Array {
  refuseUnknownKeys("writing an .npy array", options, optionNames);
  const own = elementTypeOf(data);
  const dtype = options.dtype ?? own;
  const carrier = dtype === "float16" ? "uint16" : dtype === "bool" ? "uint8" : dtype;
  if (dtype === "bfloat16" || carrier !== own) {
    throw new WellbegunError("invalid-option", {
      doing: "writing an .npy array",
      expected: `values of type ${dtype} in an array of ${carrier}`,
      found: `an array of ${own}`,
    });
  }
  const header = encodeNpyHeader(dtype, shape);
  const expected = shape.reduce((product, length) => product * length, 1);
  if (data.length !== expected) {
    throw new WellbegunError("invalid-option", {
      doing: "writing an .npy array",
      expected: `${shape.join(" x ")} = ${expected} values`,
      found: `${data.length}`,
    });
  }
  const bytes = new Uint8Array(header.length + data.byteLength);
  bytes.set(header);
  bytes.set(elementsToBytes(data), header.length);
  return bytes;
}
