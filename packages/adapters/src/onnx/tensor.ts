import { BinaryReader, WireType } from "@bufbuild/protobuf/wire";
import { bytesToElements, elementsToBytes } from "../formats/elements.ts";
import { type Field, fieldsOf, withField } from "./wire.ts";

/** The element types whose values are read and written here, by TensorProto.DataType. */
export const floatTypes: ReadonlyMap<number, "float32" | "float64"> = new Map([
  [1, "float32"],
  [11, "float64"],
]);

const RAW_DATA = 9;
/** The repeated fields that hold values where raw_data does not: float_data and double_data among them. */
const VALUE_FIELDS: ReadonlySet<number> = new Set([4, 5, 6, 7, RAW_DATA, 10, 11]);

/** A tensor's values, from raw_data or from the repeated field of its type. */
export function tensorValues(tensor: Uint8Array, type: "float32" | "float64"): ArrayLike<number> {
  const fields = fieldsOf(tensor);
  const raw = fields.find(({ number }) => number === RAW_DATA);
  // Copied: the bytes of a model lie at any offset, a typed array's do not.
  if (raw !== undefined) return bytesToElements(raw.value.slice(), type, true) as Float32Array | Float64Array;
  return fields
    .filter(({ number }) => number === (type === "float32" ? 4 : 10))
    .flatMap((field) => repeated(field, type));
}

/** The tensor with other values of the same number and type, as raw_data; everything else keeps its bytes. */
export function withValues(
  tensor: Uint8Array,
  type: "float32" | "float64",
  values: Float32Array,
): Uint8Array {
  const kept = fieldsOf(tensor).filter(({ number }) => !VALUE_FIELDS.has(number));
  const bytes = elementsToBytes(type === "float32" ? values : Float64Array.from(values));
  return withField(tensor, kept, RAW_DATA, bytes);
}

function repeated({ type, value }: Field, element: "float32" | "float64"): number[] {
  const reader = new BinaryReader(value);
  const next = (): number => (element === "float32" ? reader.float() : reader.double());
  if (type !== WireType.LengthDelimited) return [next()];
  const values: number[] = [];
  while (reader.pos < reader.len) values.push(next());
  return values;
}
