import { assignmentBytes } from "../../backend/assignment-bytes.ts";
import type { KMeansOptions } from "./kmeans-options.ts";
import { lloydRowBytes } from "./lloyd.ts";
import { seedRowCount } from "./sampled-rows.ts";
import { seedingBytes } from "./seed-centroids.ts";

/** Bytes that k-means over `rows` rows holds besides them, at most: while it draws seeds, and while it iterates. */
export function kmeansBytes(
  rows: number,
  columns: number,
  clusters: number,
  { initSize, sampleSize = rows }: Pick<KMeansOptions, "initSize" | "sampleSize">,
): { readonly seeding: number; readonly iterating: number } {
  const copy = (some: number, of: number): number => (some < of ? 4 * some * columns : 0);
  const iteration = (over: number): number => assignmentBytes(over, columns, clusters) + lloydRowBytes * over;
  const sampled = Math.min(sampleSize, rows);
  const sample = copy(sampled, rows);
  const seeds = seedRowCount(sampled, clusters, initSize);
  // Where the default number of rows does not hold enough distinct ones, seeds are drawn from all.
  const drawn = seedingBytes(initSize === undefined ? sampled : seeds, columns, clusters);
  return {
    seeding: sample + copy(seeds, sampled) + drawn,
    // All rows are assigned once the sample is gone.
    iterating: Math.max(sample + iteration(sampled), iteration(rows)),
  };
}
