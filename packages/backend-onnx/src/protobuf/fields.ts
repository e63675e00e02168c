import { BinaryReader, BinaryWriter, WireType } from "@bufbuild/protobuf/wire";

/**
 * One field of a protobuf message, as a range of the message's bytes. ONNX models are edited at this level, not
 * decoded and encoded anew, so all bytes that are not replaced stay, those of unknown fields too.
 */
export interface Field {
  readonly number: number;
  readonly type: WireType;
  /** Where the field begins in the message, its tag included. */
  readonly start: number;
  /** Where the next one begins. */
  readonly end: number;
  /** The value's bytes; of a length-delimited field without the length. */
  readonly value: Uint8Array;
}

/** The fields of a message in order; throws the reader's own error for bytes that are not a message. */
export function fieldsOf(message: Uint8Array): Field[] {
  const reader = new BinaryReader(message);
  const fields: Field[] = [];
  while (reader.pos < reader.len) {
    const start = reader.pos;
    const [number, type] = reader.tag();
    const at = reader.pos;
    let value: Uint8Array;
    if (type === WireType.LengthDelimited) value = reader.bytes();
    else {
      reader.skip(type, number);
      value = message.subarray(at, reader.pos);
    }
    if (reader.pos > reader.len) throw new RangeError("a field that ends behind its message");
    fields.push({ number, type, start, end: reader.pos, value });
  }
  return fields;
}

/** Text of a length-delimited field. */
export function textOf({ value }: Field): string {
  return new TextDecoder().decode(value);
}

/** A varint's value; 64-bit values beyond 2^53 lose digits. */
export function varintOf({ value }: Field): number {
  return Number(new BinaryReader(value).int64());
}

/** Varints of a repeated field, packed or not, since writers do both. */
export function varintsOf(field: Field): number[] {
  if (field.type !== WireType.LengthDelimited) return [varintOf(field)];
  const reader = new BinaryReader(field.value);
  const values: number[] = [];
  while (reader.pos < reader.len) values.push(Number(reader.int64()));
  return values;
}

/** The message with one length-delimited field's value replaced. */
export function spliced(message: Uint8Array, field: Field, value: Uint8Array): Uint8Array {
  return new BinaryWriter()
    .raw(message.subarray(0, field.start))
    .tag(field.number, WireType.LengthDelimited)
    .bytes(value)
    .raw(message.subarray(field.end))
    .finish();
}

/** A message of the given fields' bytes and one more field at its end. */
export function withField(
  message: Uint8Array,
  kept: readonly Field[],
  number: number,
  value: Uint8Array,
): Uint8Array {
  const writer = new BinaryWriter();
  for (const { start, end } of kept) writer.raw(message.subarray(start, end));
  return writer.tag(number, WireType.LengthDelimited).bytes(value).finish();
}
