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

/**
 * The bits of float32 values as float16 (IEEE 754 binary16), rounded to nearest, ties to even. Values beyond 65,504 become infinite.
 */
export function float32ToFloat16(values: Float32Array): Uint16Array {
  const bits = new Uint32Array(values.buffer, values.byteOffset, values.length);
  return Uint16Array.from(bits, halfOf);
}

function halfOf(bits: number): number {
  const sign = (bits >>> 16) & 0x8000;
  const magnitude = bits & 0x7fffffff;
  if (magnitude > 0x7f800000) return sign | 0x7e00;
  if (magnitude >= 0x477ff000) return sign | 0x7c00;
  // Below 2^-14 the result is subnormal: a multiple of 2^-24.
  if (magnitude < 0x38800000) {
    const shift = 126 - (magnitude >>> 23);
    return shift > 25 ? sign : sign | roundedShift((magnitude & 0x7fffff) | 0x800000, shift);
  }
  return sign | (roundedShift(magnitude, 13) - (112 << 10));
}

/** value / 2^shift, rounded to nearest, ties to even. */
function roundedShift(value: number, shift: number): number {
  const half = 1 << (shift - 1);
  const odd = (value >>> shift) & 1;
  return (value + half - 1 + odd) >>> shift;
}
