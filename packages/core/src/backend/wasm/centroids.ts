import type { Engine, Temporaries } from "./engine.ts";
import { DEPTH, roundUp, TILE_COLUMNS } from "./layout.ts";
import { packRows } from "./multiply.ts";
import { type Numbers, scoreError } from "./pass.ts";

/** Bytes of scores that a block of rows should not exceed, so that they stay in the second-level cache. */
const CACHED_SCORE_BYTES: number = 1 << 18;

/** Packs the centred centroids, and bounds the error of the scores made of them. */
export async function prepareScores(
  engine: Engine,
  temporaries: Temporaries,
  centroids: number,
  clusters: number,
  columns: number,
): Promise<{
  readonly padded: number;
  readonly panels: number;
  readonly constants: number;
  readonly blockRows: number;
  readonly numbers: ReturnType<typeof scoreError>;
}> {
  const { heap } = engine;
  const padded = roundUp(clusters, TILE_COLUMNS);
  const mean = await temporaries.allocate(columns * 8);
  const centred = await temporaries.allocate(clusters * columns * 4);
  const constants = await temporaries.allocate(padded * 4);
  const stats = await temporaries.allocate(3 * 8);
  const panels = await temporaries.allocate(padded * columns * 4);
  heap.f32(constants, padded).fill(Infinity);
  await engine.run("centreCentroids", [[centroids, clusters, columns, mean, centred, constants, stats]]);
  await packRows(engine, centred, columns * 4, columns, clusters, panels);
  const [largestNorm, largestConstant, largestSum] = heap.f64(stats, 3);
  const fitting = Math.floor(CACHED_SCORE_BYTES / (padded * 4));
  return {
    padded,
    panels,
    constants,
    blockRows: Math.max(4, Math.min(64, fitting - (fitting % 4))),
    numbers: scoreError(columns, DEPTH, largestNorm!, largestConstant!, largestSum!),
  };
}

/** How far the centroids moved from those at `before`, rounded up; nothing if that is 0, as at the first pass. */
export async function measureDrift(
  engine: Engine,
  temporaries: Temporaries,
  before: number,
  centroids: number,
  clusters: number,
  columns: number,
): Promise<{
  readonly drift: number;
  readonly farthest: number;
  readonly numbers: Pick<Numbers, "largestDrift" | "secondDrift">;
}> {
  const drift = await temporaries.zeros(clusters * 8);
  if (before === 0) return { drift, farthest: 0, numbers: { largestDrift: 0, secondDrift: 0 } };
  await engine.run("centroidDrift", [[before, centroids, clusters, columns, drift]]);
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
  return { drift, farthest, numbers: { largestDrift: moves[farthest]!, secondDrift: second } };
}

/** 1 for each centroid that equals a lower one, and so wins no row. */
export function duplicateRows(centroids: Float32Array, clusters: number, columns: number): Uint8Array {
  const flags = new Uint8Array(clusters);
  const byFirst = new Map<number, number[]>();
  for (let k = 0; k < clusters; k++) {
    const row = centroids.subarray(k * columns, (k + 1) * columns);
    const alike = byFirst.get(row[0]!) ?? [];
    const same = alike.some((j) => row.every((value, c) => value === centroids[j * columns + c]));
    if (same) flags[k] = 1;
    else byFirst.set(row[0]!, [...alike, k]);
  }
  return flags;
}
