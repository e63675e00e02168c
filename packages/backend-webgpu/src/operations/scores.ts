import { MAX_DEPTH } from "../kernels/product-tile.ts";

/** The input of the kernel of nearest centroids, and the bound on its rounding errors. */
export interface Scores {
  /** Centroids less their mean, clusters x columns, row-major. */
  readonly centered: Float32Array;
  /** The constant term of each score. */
  readonly constants: Float32Array;
  /** Two scores of a row x are told apart if they differ by more than slope * ||x|| + base. */
  readonly slope: number;
  readonly base: number;
}

/** Unit roundoff of float32. */
const UNIT = 2 ** -24;
/** Below, devices may flush to zero. */
const SMALLEST_NORMAL = 2 ** -126;
/** The constant term of a centroid that equals a lower one: it gets no row. */
const NEVER = 3.4028234663852886e38;

/**
 * Prepares ||x - c||^2 = ||x - m||^2 + ||c'||^2 + 2 m.c' - 2 x.c' for float32, with c' = c - m and m the mean
 * centroid: the first term is the same for all centroids, and c' is small where centroids lie together far from
 * the origin, so that rounding errors are small. The bound is that of Higham (2002, chapter 3) for sums of
 * slices of a half or all of MAX_DEPTH products, on both sides, with a margin.
 */
export function prepareScores(centroids: Float32Array, clusters: number, columns: number): Scores {
  const mean = new Float64Array(columns);
  for (let p = 0; p < centroids.length; p++) mean[p % columns]! += centroids[p]! / clusters;
  const centered = centroids.map((value, p) => value - mean[p % columns]!);
  const constants = new Float32Array(clusters);
  const twins = twinRows(centroids, clusters, columns);
  let largestCentered = 0;
  let largest = 0;
  let largestConstant = 0;
  for (let k = 0; k < clusters; k++) {
    let squares = 0;
    let withMean = 0;
    let whole = 0;
    for (let c = 0, p = k * columns; c < columns; c++, p++) {
      squares += centered[p]! ** 2;
      withMean += mean[c]! * centered[p]!;
      whole += centroids[p]! ** 2;
    }
    const constant = squares + 2 * withMean;
    constants[k] = twins[k] === 1 ? NEVER : constant;
    // Math.max keeps a NaN: then no bound holds, and every row is decided exactly.
    largestCentered = Math.max(largestCentered, Math.sqrt(squares));
    largest = Math.max(largest, Math.sqrt(whole));
    largestConstant = Math.max(largestConstant, Math.abs(constant));
  }
  const steps = MAX_DEPTH + Math.ceil((2 * columns) / MAX_DEPTH) + 4;
  const slope = (2 * steps + 6) * UNIT * largestCentered;
  const base =
    (2 * largestCentered * largest + 4 * largestConstant) * UNIT + 4 * (columns + 2) * SMALLEST_NORMAL;
  return { centered, constants, slope: 2.1 * slope, base: 2.1 * base };
}

/** 1 for each row that equals a lower one. */
function twinRows(rows: Float32Array, count: number, columns: number): Uint8Array {
  const twins = new Uint8Array(count);
  const byFirst = new Map<number, number[]>();
  for (let k = 0; k < count; k++) {
    const row = rows.subarray(k * columns, (k + 1) * columns);
    const alike = byFirst.get(row[0]!) ?? [];
    const same = alike.some((j) => row.every((value, c) => value === rows[j * columns + c]));
    if (same) twins[k] = 1;
    else byFirst.set(row[0]!, [...alike, k]);
  }
  return twins;
}
