/** Whole numbers as little-endian int64. */
export function int64Bytes(values: ArrayLike<number>): Uint8Array {
  const bytes = new Uint8Array(values.length * 8);
  const view = new DataView(bytes.buffer);
  for (let i = 0; i < values.length; i++) view.setBigInt64(i * 8, BigInt(values[i]!), true);
  return bytes;
}

const littleEndian = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;

/** Numbers as little-endian float64. */
export function float64Bytes(values: ArrayLike<number>): Uint8Array {
  const bytes = new Uint8Array(values.length * 8);
  const view = new DataView(bytes.buffer);
  for (let i = 0; i < values.length; i++) view.setFloat64(i * 8, values[i]!, true);
  return bytes;
}

/** Little-endian floats as numbers; throws a RangeError if the bytes end within one. */
export function floatsOf(bytes: Uint8Array, type: "float32" | "float64"): Float32Array | Float64Array {
  const size = type === "float32" ? 4 : 8;
  if (bytes.length % size !== 0) throw new RangeError(`${bytes.length} bytes of ${type}`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const values = type === "float32" ? new Float32Array(bytes.length / 4) : new Float64Array(bytes.length / 8);
  for (let i = 0; i < values.length; i++) {
    values[i] = type === "float32" ? view.getFloat32(i * 4, true) : view.getFloat64(i * 8, true);
  }
  return values;
}

/** Numbers as little-endian float32; a view of the same memory where they already are. */
export function float32Bytes(values: ArrayLike<number>): Uint8Array {
  if (littleEndian && values instanceof Float32Array) {
    return new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  }
  const bytes = new Uint8Array(values.length * 4);
  const view = new DataView(bytes.buffer);
  for (let i = 0; i < values.length; i++) view.setFloat32(i * 4, values[i]!, true);
  return bytes;
}
