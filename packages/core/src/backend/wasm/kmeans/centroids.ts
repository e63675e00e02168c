import type { Engine } from "../runtime/engine.ts";

/** How far the centroids moved, for Hamerly's bounds. */
export interface Drift {
  /** The centroid that moved most. */
  readonly farthest: number;
  readonly largestDrift: number;
  /** The most that any other one moved. */
  readonly secondDrift: number;
}

/** Writes how far each centroid moved from `before` to `after`, rounded up, to `drift` (float64). */
export async function measureDrift(
  engine: Engine,
  before: number,
  after: number,
  clusters: number,
  columns: number,
  drift: number,
): Promise<Drift> {
  await engine.run("centroidDrift", [[before, after, clusters, columns, drift]]);
  const moves = engine.heap.f64(drift, clusters);
  let farthest = 0;
  let second = 0;
  for (let k = 0; k < clusters; k++) {
    moves[k]! *= 1 + (columns + 4) * 2 ** -52;
    if (k === 0) continue;
    if (moves[k]! > moves[farthest]!) {
      second = moves[farthest]!;
      farthest = k;
    } else if (moves[k]! > second) second = moves[k]!;
  }
  return { farthest, largestDrift: moves[farthest]!, secondDrift: second };
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
