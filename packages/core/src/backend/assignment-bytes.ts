import { assignmentShape } from "./wasm/kmeans/assignment-shape.ts";

/**
 * Bytes for each row that the backend `wasm` keeps: whether it is missing, its label, its upper bound (float32), its norm and two
 * parts of it (float64), three lists of rows, and its share of the counts of a call. Other backends keep the label.
 */
const ROW_BYTES: number = 1 + 4 + 4 + 3 * 8 + 3 * 4 + 1;

/** Most bytes that an assignment of k-means holds for its rows: the state of each, its lower bounds and its coordinates (float32). */
export function assignmentBytes(rows: number, columns: number, clusters: number): number {
  const values = [false, true].map((gathered) => {
    const { capacity, groups } = assignmentShape(rows, columns, clusters, gathered);
    return capacity + groups;
  });
  return rows * (ROW_BYTES + 4 * Math.max(...values));
}
