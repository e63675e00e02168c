/** The types of Thrift's compact protocol that Parquet's footer and page headers use. */
const type = { i32: 5, i64: 6, binary: 8, list: 9, struct: 12 } as const;

/** A value to write, tagged with its type, since a JavaScript number does not determine one. */
export type ThriftValue =
  | { readonly i32: number }
  | { readonly i64: number }
  | { readonly text: string }
  | { readonly list: readonly ThriftValue[] }
  | { readonly struct: ThriftStruct };

/** Fields by their number, ascending. */
export type ThriftStruct = Readonly<Record<number, ThriftValue | undefined>>;

/**
 * A struct in Thrift's compact protocol.
 *
 * Source: https://github.com/apache/thrift/blob/master/doc/specs/thrift-compact-protocol.md
 */
export function encodeThrift(struct: ThriftStruct): Uint8Array {
  const bytes: number[] = [];
  writeStruct(bytes, struct);
  return Uint8Array.from(bytes);
}

/** The bytes of a whole number in base 128, the lowest 7 bits first. */
export function varint(value: number): number[] {
  const bytes: number[] = [];
  // Shifts would not do: sizes and offsets have more than 32 bits.
  for (; value >= 128; value = Math.floor(value / 128)) bytes.push((value % 128) | 128);
  return [...bytes, value];
}

function writeStruct(bytes: number[], struct: ThriftStruct): void {
  let last = 0;
  for (const [key, value] of Object.entries(struct)) {
    if (value === undefined) continue;
    const field = Number(key);
    bytes.push(((field - last) << 4) | typeOf(value));
    writeValue(bytes, value);
    last = field;
  }
  bytes.push(0);
}

function typeOf(value: ThriftValue): number {
  if ("i32" in value) return type.i32;
  if ("i64" in value) return type.i64;
  if ("text" in value) return type.binary;
  return "list" in value ? type.list : type.struct;
}

function writeValue(bytes: number[], value: ThriftValue): void {
  // Integers are zigzag-encoded: none here is negative, so each is doubled.
  if ("i32" in value) bytes.push(...varint(value.i32 * 2));
  else if ("i64" in value) bytes.push(...varint(value.i64 * 2));
  else if ("text" in value) {
    const text = new TextEncoder().encode(value.text);
    bytes.push(...varint(text.length), ...text);
  } else if ("list" in value) {
    const { list } = value;
    const elements = list[0] === undefined ? type.struct : typeOf(list[0]);
    if (list.length < 15) bytes.push((list.length << 4) | elements);
    else bytes.push(0xf0 | elements, ...varint(list.length));
    for (const element of list) writeValue(bytes, element);
  } else writeStruct(bytes, value.struct);
}
