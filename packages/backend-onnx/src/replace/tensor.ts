import { float32Bytes, float64Bytes, floatsOf } from "../protobuf/bytes.ts";
import { fieldsOf, withField } from "../protobuf/fields.ts";

/** The element types whose values are read and written here, by TensorProto.DataType. */
export const floatTypes: ReadonlyMap<number, "float32" | "float64"> = new Map([
  [1, "float32"],
  [11, "float64"],
]);

const RAW_DATA = 9;
/** The repeated fields that hold values where raw_data does not: float_data and double_data among them. */
const VALUE_FIELDS: ReadonlySet<number> = new Set([4, 5, 6, 7, RAW_DATA, 10, 11]);

/** A tensor's values, from raw_data or from the repeated field of its type; throws a RangeError if one is cut off. */
export function tensorValues(tensor: Uint8Array, type: "float32" | "float64"): ArrayLike<number> {
  const fields = fieldsOf(tensor);
  const raw = fields.find(({ number }) => number === RAW_DATA);
  if (raw !== undefined) return floatsOf(raw.value, type);
  // Packed or not, the values are the bytes one after the other.
  const parts = fields
    .filter(({ number }) => number === (type === "float32" ? 4 : 10))
    .map(({ value }) => value);
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let position = 0;
  for (const part of parts) {
    bytes.set(part, position);
    position += part.length;
  }
  return floatsOf(bytes, type);
}

/** The tensor with other values of the same number and type, as raw_data; everything else keeps its bytes. */
export function withValues(
  tensor: Uint8Array,
  type: "float32" | "float64",
  values: Float32Array,
): Uint8Array {
  const kept = fieldsOf(tensor).filter(({ number }) => !VALUE_FIELDS.has(number));
  const bytes = type === "float32" ? float32Bytes(values) : float64Bytes(values);
  return withField(tensor, kept, RAW_DATA, bytes);
}
