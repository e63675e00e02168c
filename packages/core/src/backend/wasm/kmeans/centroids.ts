import type { Engine } from "../runtime/engine.ts";
import type { WasmAssignment } from "./assignment.ts";
import { roundUp32 } from "./score-error.ts";

/**
 * Writes to `drift` (float64) how far each centroid moved from `before` to `after`, to `groupDrift` (float32) the most that any of
 * a group moved, and to `othersDrift` (float32) for each centroid the most that any other of its group moved; all rounded up.
 */
export async function measureDrift(
  engine: Engine,
  { columns, clusters, groupClusters, blocks }: WasmAssignment,
): Promise<void> {
  const { before, centroids, drift, groupDrift, othersDrift } = blocks;
  await engine.run("centroidDrift", [[before, centroids, clusters, columns, drift]]);
  const { heap } = engine;
  const moves = heap.f64(drift, clusters);
  for (let k = 0; k < clusters; k++) moves[k]! *= 1 + (columns + 4) * 2 ** -52;
  const groups = heap.f32(groupDrift, Math.ceil(clusters / groupClusters));
  const others = heap.f32(othersDrift, clusters);
  for (let group = 0, first = 0; first < clusters; group++, first += groupClusters) {
    const end = Math.min(first + groupClusters, clusters);
    let farthest = first;
    for (let k = first; k < end; k++) if (moves[k]! > moves[farthest]!) farthest = k;
    let second = 0;
    for (let k = first; k < end; k++) if (k !== farthest) second = Math.max(second, moves[k]!);
    groups[group] = roundUp32(moves[farthest]!);
    others.fill(groups[group]!, first, end);
    others[farthest] = roundUp32(second);
  }
}

/** 1 for each centroid that equals one of lower index, and so gets no row. */
export function duplicateRows(centroids: Float32Array, clusters: number, columns: number): Uint8Array {
  const flags = new Uint8Array(clusters);
  const byFirst = new Map<number, number[]>();
  for (let k = 0; k < clusters; k++) {
    const first = centroids[k * columns]!;
    const alike = byFirst.get(first);
    if (alike === undefined) byFirst.set(first, [k]);
    else if (alike.some((j) => equalRows(centroids, j * columns, k * columns, columns))) flags[k] = 1;
    else alike.push(k);
  }
  return flags;
}

function equalRows(values: Float32Array, a: number, b: number, columns: number): boolean {
  for (let c = 0; c < columns; c++) if (values[a + c] !== values[b + c]) return false;
  return true;
}
