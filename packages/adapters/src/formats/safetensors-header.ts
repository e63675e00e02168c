import { WellbegunError } from "@wellbegun/core";
import { type ElementType, elementBytes } from "./elements.ts";
import { parseJson } from "./json.ts";

/** The type, shape and position of one tensor in a safetensors file. */
export interface TensorEntry {
  readonly name: string;
  readonly dtype: ElementType;
  /** Lengths, outermost first; empty for a single value. Values are row-major and little-endian. */
  readonly shape: readonly number[];
  /** First byte, from the start of the file. */
  readonly start: number;
  /** Byte after the last. */
  readonly end: number;
}

/** The content of a safetensors file's header. */
export interface SafetensorsHeader {
  /** The tensors by name, in file order. */
  readonly tensors: ReadonlyMap<string, TensorEntry>;
  /** Free text by key, the file's `__metadata__`. */
  readonly metadata: Readonly<Record<string, string>>;
  /** Bytes of the whole file. */
  readonly fileBytes: number;
}

/** The bytes from the start of a file that {@link safetensorsHeaderEnd} needs. */
export const SAFETENSORS_PREAMBLE_BYTES = 8;

// The reference implementation's limit on the header's length.
const MAX_HEADER_BYTES = 100_000_000;

/** The format's name of each type. */
export const safetensorsTypes: Readonly<Record<ElementType, string>> = {
  float16: "F16",
  bfloat16: "BF16",
  float32: "F32",
  float64: "F64",
  int8: "I8",
  int16: "I16",
  int32: "I32",
  int64: "I64",
  uint8: "U8",
  uint16: "U16",
  uint32: "U32",
  uint64: "U64",
  bool: "BOOL",
};

const elementTypes: ReadonlyMap<string, ElementType> = new Map(
  Object.entries(safetensorsTypes).map(([dtype, name]) => [name, dtype as ElementType]),
);

/** Where the header ends, from a file's first 8 bytes: the bytes {@link parseSafetensorsHeader} needs. */
export function safetensorsHeaderEnd(start: Uint8Array, label?: string): number {
  if (start.length < SAFETENSORS_PREAMBLE_BYTES) {
    throw failure("a header length of 8 bytes", `${start.length} bytes`, label);
  }
  const view = new DataView(start.buffer, start.byteOffset);
  const length = view.getUint32(0, true) + view.getUint32(4, true) * 2 ** 32;
  if (length > MAX_HEADER_BYTES) {
    throw failure(`a header of at most ${MAX_HEADER_BYTES} bytes`, `one that claims ${length}`, label);
  }
  return SAFETENSORS_PREAMBLE_BYTES + length;
}

/**
 * Reads the header of a safetensors file from its first bytes.
 *
 * @param fileBytes Size of the whole file. Default: the length of `bytes`.
 * @throws {WellbegunError} `format` if the header is cut off or invalid, if a dtype is unknown, or if the
 * tensors overlap, leave gaps, do not fit their shapes, or do not end where the file does.
 */
export function parseSafetensorsHeader(
  bytes: Uint8Array,
  label?: string,
  fileBytes: number = bytes.length,
): SafetensorsHeader {
  const dataOffset = safetensorsHeaderEnd(bytes, label);
  if (bytes.length < dataOffset) {
    throw failure(`a header of ${dataOffset} bytes`, `a file cut off after ${bytes.length}`, label);
  }
  const fields = parseObject(bytes.subarray(SAFETENSORS_PREAMBLE_BYTES, dataOffset), label);
  const metadata = parseMetadata(fields.get("__metadata__"), label);
  fields.delete("__metadata__");
  const entries = [...fields].map(([name, value]) => parseEntry(name, value, dataOffset, label));
  entries.sort((a, b) => a.start - b.start || a.end - b.end);

  let end = dataOffset;
  for (const entry of entries) {
    if (entry.start !== end) {
      const fault = entry.start < end ? "an overlap" : "a gap";
      throw failure(
        `data_offsets from ${end - dataOffset}, where the tensor before ends`,
        `${fault}, from ${entry.start - dataOffset}`,
        place(label, entry.name),
      );
    }
    end = entry.end;
  }
  if (end !== fileBytes) {
    throw failure(`${end} bytes, as the header says`, `a file of ${fileBytes}`, label);
  }
  return { tensors: new Map(entries.map((entry) => [entry.name, entry])), metadata, fileBytes };
}

function parseObject(bytes: Uint8Array, label: string | undefined): Map<string, unknown> {
  let value: unknown;
  try {
    value = parseJson(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch (cause) {
    throw new WellbegunError("format", {
      doing: "reading a safetensors file",
      expected: "a header in JSON",
      found: "other bytes",
      ...(label === undefined ? {} : { at: label }),
      cause,
    });
  }
  if (!isRecord(value)) throw failure("a header that is a JSON object", JSON.stringify(value), label);
  return new Map(Object.entries(value));
}

function parseMetadata(value: unknown, label: string | undefined): Readonly<Record<string, string>> {
  if (value === undefined) return {};
  const texts = isRecord(value) ? Object.entries(value) : [];
  if (!isRecord(value) || texts.some(([, text]) => typeof text !== "string")) {
    throw failure("text by key", JSON.stringify(value).slice(0, 120), place(label, "__metadata__"));
  }
  return Object.fromEntries(texts.map(([key, text]) => [key, String(text)]));
}

function parseEntry(
  name: string,
  value: unknown,
  dataOffset: number,
  label: string | undefined,
): TensorEntry {
  const at = place(label, name);
  const { dtype: typeName, shape, data_offsets: offsets } = isRecord(value) ? value : {};
  if (!isLengths(shape) || !isLengths(offsets) || offsets.length !== 2) {
    throw failure("dtype, shape and data_offsets", `${JSON.stringify(value)}`.slice(0, 120), at);
  }
  const dtype = elementTypes.get(String(typeName));
  if (dtype === undefined) {
    throw failure(`a dtype of ${[...elementTypes.keys()].join(", ")}`, `${typeName}`, at);
  }
  const [start, end] = offsets as [number, number];
  const size = shape.reduce((product, length) => product * length, elementBytes(dtype));
  if (end - start !== size) {
    throw failure(`${size} bytes for ${typeName} [${shape.join(", ")}]`, `${end - start}`, at);
  }
  return { name, dtype, shape, start: dataOffset + start, end: dataOffset + end };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isLengths(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((length) => Number.isSafeInteger(length) && length >= 0);
}

function place(label: string | undefined, tensor: string): string {
  const name = `tensor ${JSON.stringify(tensor)}`;
  return label === undefined ? name : `${label}, ${name}`;
}

function failure(expected: string, found: string, at: string | undefined): WellbegunError {
  return new WellbegunError("format", {
    doing: "reading a safetensors file",
    expected,
    found,
    ...(at === undefined ? {} : { at }),
  });
}
