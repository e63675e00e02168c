/** The record that the assignment kernels read: class Pass in kernels/pass.ts. */

/** Offsets of the 32-bit fields, in bytes. */
export const FIELDS = {
  columns: 0,
  clusters: 4,
  padded: 8,
  first: 12,
  x: 16,
  centroids: 20,
  origin: 24,
  coordinates: 28,
  stride: 32,
  depth: 36,
  panels: 40,
  constants: 44,
  outside: 48,
  inside: 52,
  duplicates: 56,
  labels: 60,
  upper: 64,
  lowers: 68,
  norms: 72,
  spreads: 76,
  rests: 80,
  missing: 84,
  drift: 88,
  work: 92,
  movedRows: 96,
  movedFrom: 100,
  counts: 104,
  othersDrift: 108,
  blockRows: 112,
  integers: 116,
  groups: 120,
  groupClusters: 124,
  groupDrift: 128,
  units: 132,
  scoredClusters: 136,
  centered: 140,
} as const;

/** Offsets of the float64 fields, in bytes. */
export const NUMBERS = {
  base: 144,
  reach: 152,
  largest: 160,
  tiny: 168,
} as const;

/** Bytes of the whole record. */
export const PASS_BYTES = 176;

/** Values of the record's fields. */
export type Fields = { readonly [name in keyof typeof FIELDS]: number };
/** Values of the record's float64 fields. */
export type Numbers = { readonly [name in keyof typeof NUMBERS]: number };

/** Writes the given fields into the record in `memory`, which is PASS_BYTES long; other fields keep their values. */
export function writePass(memory: Uint8Array, values: Partial<Fields & Numbers>): void {
  const view = new DataView(memory.buffer, memory.byteOffset, memory.byteLength);
  for (const name in values) {
    const value = values[name as keyof typeof values]!;
    if (name in FIELDS) view.setUint32(FIELDS[name as keyof Fields], value, true);
    else if (name in NUMBERS) view.setFloat64(NUMBERS[name as keyof Numbers], value, true);
  }
}
