import { basisCapacity } from "./wasm/kmeans/basis-capacity.ts";

/**
 * Bytes for each row that the backend `wasm` keeps: whether it is missing, its label, Hamerly's two bounds, its norm and two
 * parts of it (float64), three lists of rows, and its share of the counts of a call. Other backends keep the label.
 */
const ROW_BYTES: number = 1 + 4 + 5 * 8 + 3 * 4 + 1;

/** Most bytes that an assignment of k-means holds for its rows: the state of each, and its coordinates (float32). */
export function assignmentBytes(rows: number, columns: number, clusters: number): number {
  return rows * (ROW_BYTES + 4 * basisCapacity(rows, columns, clusters));
}
