import { FACTORS } from "./catalog.ts";

/** Values that all rows of a modality share. */
export interface RowLaw {
  /** D_m x FACTORS, row-major, so that the inner loop reads memory sequentially. */
  readonly map: Float64Array;
  /** D_m values that all rows share. */
  readonly offset: Float64Array;
  /** 32 bits that distinguish this modality's noise from that of others. */
  readonly key: number;
}

// Standard deviation of the noise of single elements; the part that distinguishes items has about 1.
const ELEMENT_NOISE = 0.3;
// The noise is the sum of two uniforms in [0, 65536), each of variance 65536^2 / 12.
const NOISE_SCALE: number = ELEMENT_NOISE / (65536 / Math.sqrt(6));

/**
 * Writes one row of features: `norm * (offset + map view + noise)`. Unrolled over the factors, in four chains:
 * in a plain loop each addition waits for the one before, and wide features take more than three times as long.
 */
export function fillRow(
  target: Float32Array,
  law: RowLaw,
  row: number,
  view: Float64Array,
  norm: number,
): void {
  const { map, offset } = law;
  const [v0, v1, v2, v3, v4, v5, v6, v7] = eight(view, 0);
  const [v8, v9, v10, v11, v12, v13, v14, v15] = eight(view, 8);
  const rowKey = mix(law.key ^ Math.imul(row + 1, 0x9e3779b9));
  for (let c = 0, w = 0; c < target.length; c++, w += FACTORS) {
    const first = v0 * map[w]! + v1 * map[w + 1]! + v2 * map[w + 2]! + v3 * map[w + 3]!;
    const second = v4 * map[w + 4]! + v5 * map[w + 5]! + v6 * map[w + 6]! + v7 * map[w + 7]!;
    const third = v8 * map[w + 8]! + v9 * map[w + 9]! + v10 * map[w + 10]! + v11 * map[w + 11]!;
    const fourth = v12 * map[w + 12]! + v13 * map[w + 13]! + v14 * map[w + 14]! + v15 * map[w + 15]!;
    const bits = mix(rowKey ^ Math.imul(c + 1, 0x85ebca6b));
    const noise = ((bits & 0xffff) + (bits >>> 16) - 65535) * NOISE_SCALE;
    target[c] = norm * (offset[c]! + (first + second + (third + fourth)) + noise);
  }
}

type Eight = [number, number, number, number, number, number, number, number];

function eight(v: Float64Array, at: number): Eight {
  return [v[at]!, v[at + 1]!, v[at + 2]!, v[at + 3]!, v[at + 4]!, v[at + 5]!, v[at + 6]!, v[at + 7]!];
}

/** The finalizer of splitmix32: every bit of the input moves every bit of the result. */
function mix(value: number): number {
  let z = Math.imul(value ^ (value >>> 16), 0x21f0aaad);
  z = Math.imul(z ^ (z >>> 15), 0x735a2d97);
  return z ^ (z >>> 15);
}
