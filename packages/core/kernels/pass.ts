/** The record of an assignment pass; src/backend/wasm/kmeans/pass.ts writes it. All addresses are in bytes. */
// biome-ignore format: one field a line, with its offset
@unmanaged
export class Pass {
  columns: u32;       // 0
  clusters: u32;      // 4
  padded: u32;        // 8   clusters rounded up to the width of a panel
  first: u32;         // 12  1 at the first pass
  x: usize;           // 16  0 where the rows are not at hand
  centroids: usize;   // 20  float32, clusters x columns
  origin: usize;      // 24  float32, columns: what the scores are taken about
  coordinates: usize; // 28  float32 rows that are scored: those of x, or theirs in the basis
  stride: u32;        // 32  bytes from one row of coordinates to the next
  depth: u32;         // 36  coordinates of a row
  panels: usize;      // 40  the centroids' coordinates with the sign changed, packed as columns, perhaps as integers
  constants: usize;   // 44  float32, padded with infinity
  outside: usize;     // 48  float32 per cluster, padded with 0
  inside: usize;      // 52  float32 per cluster, padded with 0
  duplicates: usize;  // 56  1 where a lower centroid is the same
  labels: usize;      // 60  int32
  upper: usize;       // 64  float32 per row: bounds.ts
  lowers: usize;      // 68  float32 per row and group
  norms: usize;       // 72  float64: at least the row's norm; less the origin where integers are scored
  spreads: usize;     // 76  float64: the squared distance to the origin
  rests: usize;       // 80  float64: at least the norm of what of the row lies outside the basis
  missing: usize;     // 84  uint8, or 0
  drift: usize;       // 88  float64 per cluster, rounded up: how far it moved
  work: usize;        // 92  uint32 per row
  movedRows: usize;   // 96  uint32 per row
  movedFrom: usize;   // 100 int32 per row
  counts: usize;      // 104 three uint32 per chunk: rows that moved, distances computed, rows that stay open
  othersDrift: usize; // 108 float32 per cluster, rounded up: the most that any other of its group moved
  blockRows: u32;     // 112 rows whose scores fit the scratch memory, a multiple of 4
  integers: u32;      // 116 1 where rows are scored as 16-bit integers
  groups: u32;        // 120 a multiple of 4
  groupClusters: u32; // 124 clusters of a group: 1, or a multiple of the width of a panel
  groupDrift: usize;  // 128 float32 per group, rounded up: the most that any of it moved
  units: usize;       // 132 float32 per cluster, padded with 0: what 1 means in its integers
  scoredClusters: u32; // 136 clusters scored together: those of a group, or all where each has a bound
  centered: usize;    // 140 float32, clusters x columns: the origin less each centroid
  base: f64;          // 144 a score errs by at most outside * rest + inside * norm + base
  reach: f64;         // 152 no partial sum of a score exceeds reach * |x| + largest
  largest: f64;       // 160
  tiny: f64;          // 168 what underflow can take from a squared distance
}

/** Relative error of `squaredDistance` and `squaredLength` (distances.ts), with a margin. */
export const RELATIVE: f64 = 2e-6;
