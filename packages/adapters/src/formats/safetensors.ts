/**
 * Reads and writes the safetensors format: named tensors and a map of strings. The format contains no code, and
 * the header is checked before any tensor is read.
 *
 * Source: https://github.com/huggingface/safetensors#format
 *
 * @module
 */
import { WellbegunError } from "@wellbegun/core";
import {
  bytesToElements,
  type ElementArray,
  type ElementType,
  elementBytes,
  elementsToBytes,
  elementTypeOf,
} from "./elements.ts";
import { parseSafetensorsHeader, safetensorsTypes, type TensorEntry } from "./safetensors-header.ts";

export type { ElementArray, ElementType, TypedElements } from "./elements.ts";
export { toFloat32, toInt32 } from "./elements.ts";
export type { SafetensorsHeader, TensorEntry } from "./safetensors-header.ts";
export {
  parseSafetensorsHeader,
  SAFETENSORS_PREAMBLE_BYTES,
  safetensorsHeaderEnd,
} from "./safetensors-header.ts";

/** A tensor in memory, row-major. */
export interface Tensor {
  readonly dtype: ElementType;
  /** Lengths, outermost first. */
  readonly shape: readonly number[];
  /** The values in the class of their dtype (float16 and bfloat16 as bits in a Uint16Array, bool as 0 and 1). */
  readonly data: ElementArray;
}

/** The content of a safetensors file. */
export interface Safetensors {
  /** The tensors by name, in file order. */
  readonly tensors: ReadonlyMap<string, Tensor>;
  readonly metadata: Readonly<Record<string, string>>;
}

/**
 * Reads a whole safetensors file from its bytes. The values are views of `bytes` where alignment allows it.
 *
 * @param label What to call the file in errors.
 * @throws {WellbegunError} `format` as {@link parseSafetensorsHeader}.
 */
export function decodeSafetensors(bytes: Uint8Array, label?: string): Safetensors {
  const header = parseSafetensorsHeader(bytes, label);
  const tensors = new Map<string, Tensor>();
  for (const { name, dtype, shape, start, end } of header.tensors.values()) {
    tensors.set(name, { dtype, shape, data: bytesToElements(bytes.subarray(start, end), dtype, true) });
  }
  return { tensors, metadata: header.metadata };
}

/** A tensor to lay out, without its values. */
export interface TensorShape {
  readonly name: string;
  readonly dtype: ElementType;
  readonly shape: readonly number[];
}

/** The header bytes of a file, and where each tensor's values go after it. */
export interface SafetensorsLayout {
  readonly header: Uint8Array;
  /** In the order given. */
  readonly entries: readonly TensorEntry[];
}

/**
 * Lays out a file whose tensors follow each other in the given order, so that each can be written as soon as it
 * is ready. The header is padded so that the values start at a multiple of 8 bytes.
 *
 * @throws {WellbegunError} `invalid-option` if a name is repeated or is `__metadata__`.
 */
export function layoutSafetensors(
  tensors: readonly TensorShape[],
  metadata: Readonly<Record<string, string>> = {},
): SafetensorsLayout {
  const names = new Set<string>(["__metadata__"]);
  const relative: TensorEntry[] = [];
  let start = 0;
  for (const { name, dtype, shape } of tensors) {
    if (names.has(name)) {
      throw new WellbegunError("invalid-option", {
        doing: "laying out a safetensors file",
        expected: "names that stand once and are not __metadata__",
        found: JSON.stringify(name),
      });
    }
    names.add(name);
    const end = start + shape.reduce((product, length) => product * length, elementBytes(dtype));
    relative.push({ name, dtype, shape, start, end });
    start = end;
  }
  const fields: [string, unknown][] = relative.map((entry) => [
    entry.name,
    { dtype: safetensorsTypes[entry.dtype], shape: entry.shape, data_offsets: [entry.start, entry.end] },
  ]);
  const texts = Object.entries(metadata).sort(([a], [b]) => (a < b ? -1 : 1));
  if (texts.length > 0) fields.unshift(["__metadata__", Object.fromEntries(texts)]);
  const json = new TextEncoder().encode(JSON.stringify(Object.fromEntries(fields)));
  const length = Math.ceil(json.length / 8) * 8;
  const header = new Uint8Array(8 + length).fill(0x20);
  new DataView(header.buffer).setBigUint64(0, BigInt(length), true);
  header.set(json, 8);
  const entries = relative.map((entry) => ({
    ...entry,
    start: entry.start + header.length,
    end: entry.end + header.length,
  }));
  return { header, entries };
}

/** A tensor to write: its name, shape and values. The number of values is the product of the shape. */
export interface NamedTensor {
  readonly name: string;
  readonly shape: readonly number[];
  readonly data: ElementArray;
  /** The type of the values, where the array's class does not determine it: float16 or bfloat16 bits, bool. */
  readonly dtype?: ElementType | undefined;
}

/**
 * A whole safetensors file. Tensors are sorted by element size (widest first), then by name, as in the
 * reference implementation: every tensor is then aligned, and equal tensors give equal bytes in any input
 * order.
 *
 * @throws {WellbegunError} `invalid-option` if shape and values do not fit each other, or a name is repeated.
 */
export function encodeSafetensors(
  tensors: readonly NamedTensor[],
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array {
  const typed = tensors.map((tensor) => ({ ...tensor, dtype: tensor.dtype ?? elementTypeOf(tensor.data) }));
  typed.sort((a, b) => elementBytes(b.dtype) - elementBytes(a.dtype) || (a.name < b.name ? -1 : 1));
  const { header, entries } = layoutSafetensors(typed, metadata);
  const file = new Uint8Array(entries.at(-1)?.end ?? header.length);
  file.set(header);
  for (const [t, { name, start, end }] of entries.entries()) {
    const { data, shape, dtype } = typed[t]!;
    if (data.byteLength !== end - start) {
      throw new WellbegunError("invalid-option", {
        doing: "writing a safetensors file",
        expected: `${end - start} bytes for ${dtype} [${shape.join(", ")}]`,
        found: `${data.byteLength}`,
        at: `tensor ${JSON.stringify(name)}`,
      });
    }
    file.set(elementsToBytes(data), start);
  }
  return file;
}
