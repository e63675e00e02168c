/** Typed arrays of one length that grow together. */
type Numbers = Uint32Array | Float32Array | Uint8Array;

/** The array itself if it has room for `length` values, else a longer copy. */
export function grown<T extends Numbers>(array: T, length: number): T {
  if (length <= array.length) return array;
  const larger = new (array.constructor as new (length: number) => T)(Math.max(length, array.length * 2));
  larger.set(array);
  return larger;
}
