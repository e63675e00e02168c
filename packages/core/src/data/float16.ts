/** Value of an IEEE 754 half-precision number given by its 16 bits. */
export function float16ToNumber(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >>> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 0x1f) return fraction === 0 ? sign * Infinity : Number.NaN;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

let table: Float32Array | undefined;

/** Converts `source` (bits of half-precision numbers) into float32, exactly. */
export function float16ToFloat32(source: Uint16Array, into: Float32Array): void {
  // All 65,536 values fit a table of 256 KB, which is several times faster than decoding the bits each time.
  table ??= Float32Array.from({ length: 65536 }, (_, bits) => float16ToNumber(bits));
  for (let i = 0; i < source.length; i++) into[i] = table[source[i]!]!;
}
