/**
 * The record that the assignment kernels read (class Pass in kernels/assign.ts), and the error of the float32
 * scores in it.
 */

/** Offsets of the 32-bit fields, in bytes. */
export const FIELDS = {
  columns: 0,
  clusters: 4,
  padded: 8,
  first: 12,
  x: 16,
  centroids: 20,
  panels: 24,
  constants: 28,
  duplicates: 32,
  labels: 36,
  upper: 40,
  lower: 44,
  norms: 48,
  missing: 52,
  drift: 56,
  work: 60,
  movedRows: 64,
  movedFrom: 68,
  movedCount: 72,
  farthest: 76,
  blockRows: 80,
} as const;

/** Offsets of the float64 fields, in bytes. */
export const NUMBERS = {
  largestDrift: 88,
  secondDrift: 96,
  slope: 104,
  base: 112,
  reach: 120,
  largest: 128,
  tiny: 136,
} as const;

/** Bytes of the whole record. */
export const PASS_BYTES = 144;

/** Values of the record's fields. */
export type Fields = { readonly [name in keyof typeof FIELDS]: number };
/** Values of the record's float64 fields. */
export type Numbers = { readonly [name in keyof typeof NUMBERS]: number };

/** Writes a record to the start of `memory`, which is PASS_BYTES long. */
export function writePass(memory: Uint8Array, fields: Fields, numbers: Numbers): void {
  const view = new DataView(memory.buffer, memory.byteOffset, memory.byteLength);
  for (const [name, at] of Object.entries(FIELDS)) view.setUint32(at, fields[name as keyof Fields], true);
  for (const [name, at] of Object.entries(NUMBERS)) view.setFloat64(at, numbers[name as keyof Numbers], true);
}

/** Unit roundoff of float32, and its smallest step above zero. */
const UNIT = 2 ** -24;
const SMALLEST = 2 ** -149;
const UNIT64 = 2 ** -53;

/**
 * Bounds the error of a score q - 2 x c', where c' is a centroid less the mean of all (see kernels/centroids.ts):
 * at most `slope * |x| + base`.
 *
 * The product sums chunks of 128 columns and then the chunks, so it errs by at most (128 + D / 128 + 2) roundings of
 * |x| |c'| (Higham, Accuracy and Stability of Numerical Algorithms, section 3.1, with Cauchy-Schwarz); rounding
 * c', doubling and subtracting add three. q is rounded once and subtracted once, and its float64 sum errs by
 * D roundings of |c - mean| |c + mean|. What underflow takes is counted in steps of the smallest number.
 */
export function scoreError(
  columns: number,
  depth: number,
  largestNorm: number,
  largestConstant: number,
  largestSum: number,
): Pick<Numbers, "slope" | "base" | "reach" | "largest" | "tiny"> {
  const roundings = depth + Math.ceil(columns / depth) + 2;
  const slope = 2 * largestNorm * 1.01 * (roundings + 3) * UNIT + 4 * columns * SMALLEST;
  const sum64 = 1.01 * (columns + 4) * UNIT64 * largestNorm * largestSum;
  return {
    slope,
    base: 3.03 * UNIT * largestConstant + sum64 + 8 * columns * SMALLEST,
    reach: 2.1 * largestNorm,
    largest: Math.max(1.1 * largestConstant, largestNorm),
    tiny: 2 * columns * SMALLEST,
  };
}
