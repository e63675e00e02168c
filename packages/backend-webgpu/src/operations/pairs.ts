/** Conversions between float64 and the pairs of float32 that kernels compute with. */

/** Each value as its float32 rounding and the float32 rounding of the rest, side by side. */
export function pairsOf(values: Float64Array): Float32Array {
  const pairs = new Float32Array(values.length * 2);
  for (let i = 0; i < values.length; i++) {
    pairs[2 * i] = values[i]!;
    pairs[2 * i + 1] = values[i]! - pairs[2 * i]!;
  }
  return pairs;
}

/** The sums of the pairs in `bytes`. */
export function sumsOf(bytes: ArrayBuffer, first: number, count: number): Float64Array {
  const pairs = new Float32Array(bytes, first * 8, count * 2);
  const sums = new Float64Array(count);
  for (let i = 0; i < count; i++) sums[i] = pairs[2 * i]! + pairs[2 * i + 1]!;
  return sums;
}

/** A mask in the words that kernels read; one word where there is none. */
export function maskOf(missing: Uint8Array | undefined): Uint32Array {
  return missing === undefined || missing.length === 0 ? new Uint32Array(1) : Uint32Array.from(missing);
}

/** The bits of the largest magnitude in each row; a NaN counts as the largest of all. */
export function topsOf(rows: Float32Array, count: number, columns: number): Uint32Array {
  const bits = new Uint32Array(rows.buffer, rows.byteOffset, rows.length);
  const tops = new Uint32Array(count);
  for (let p = 0; p < bits.length; p++) {
    const row = Math.floor(p / columns);
    tops[row] = Math.max(tops[row]!, bits[p]! & 0x7fffffff);
  }
  return tops;
}
