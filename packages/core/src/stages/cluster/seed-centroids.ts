import type { Backend } from "../../backend/backend.ts";
import { SEEDING_LEAST_POINTS, seedingRowBytes } from "../../backend/seeding.ts";
import { checkpoint, type Observer } from "../../progress.ts";
import type { Random } from "../../random.ts";
import { compareRows } from "./compare-rows.ts";
import type { ClusterRows } from "./sampled-rows.ts";

/**
 * Greedy k-means++ (Arthur and Vassilvitskii 2007; the greedy form of scikit-learn): each next centroid is the
 * best of 2 + floor(ln K) rows drawn with probability proportional to their squared distance to the nearest
 * centroid so far, where best means the least sum of those distances afterwards.
 *
 * @returns clusters x columns, row-major; where there are fewer distinct rows than clusters, each distinct row
 * once.
 */
export async function seedCentroids(
  backend: Backend,
  blocks: ClusterRows,
  clusters: number,
  random: Random,
  modality: string,
  observer?: Observer,
): Promise<Float32Array> {
  const { rows, columns, missing } = blocks;
  const trials = trialsOf(clusters);
  const centroids = new Float32Array(clusters * columns);

  const first = await blocks.gather([drawPresent(rows, missing, random)]);
  centroids.set(first);
  let closest = await distancesTo(backend, blocks, first);
  if (missing !== undefined) for (let r = 0; r < rows; r++) if (missing[r] === 1) closest[r] = 0;
  let total = 0;
  for (let r = 0; r < rows; r++) total += closest[r]!;

  const comparison = await compareRows(backend, blocks, closest, trials * (clusters - 1));
  try {
    for (let k = 1; k < clusters; k++) {
      await checkpoint(observer, `seeding the clusters of ${modality}`);
      if (total === 0) return centroids.slice(0, k * columns);
      const points = await blocks.gather(draw(closest, total, trials, random));
      const potentials = await comparison.compare(points, trials);
      total = Math.min(...potentials);
      const best = potentials.indexOf(total);
      closest = await comparison.keep(best);
      centroids.set(points.subarray(best * columns, (best + 1) * columns), k * columns);
    }
    return centroids;
  } finally {
    comparison.dispose();
  }
}

/** Bytes that {@link seedCentroids} holds besides the rows, on the host or on the backend. */
export function seedingBytes(rows: number, columns: number, clusters: number): number {
  const trials = trialsOf(clusters);
  const prepared = trials * (clusters - 1) < SEEDING_LEAST_POINTS ? 0 : seedingRowBytes(columns);
  return rows * (prepared + 4 * (trials + 2));
}

/** Rows that are drawn for each next centroid. */
function trialsOf(clusters: number): number {
  return 2 + Math.floor(Math.log(clusters));
}

/** A uniformly drawn row that is not missing. */
function drawPresent(rows: number, missing: Uint8Array | undefined, random: Random): number {
  if (missing === undefined) return random.integer(rows);
  const present: number[] = [];
  for (let r = 0; r < rows; r++) if (missing[r] !== 1) present.push(r);
  return present[random.integer(present.length)]!;
}

/** Rows drawn with probability proportional to `weights`, by inverting the cumulative sum. */
function draw(weights: Float32Array, total: number, count: number, random: Random): number[] {
  const targets = Array.from({ length: count }, () => random.uniform() * total);
  const order = targets.map((_, index) => index).sort((a, b) => targets[a]! - targets[b]!);
  const drawn = new Array<number>(count);
  let sum = 0;
  let next = 0;
  let last = 0;
  let target = targets[order[0]!]!;
  for (let r = 0; r < weights.length && next < count; r++) {
    const weight = weights[r]!;
    if (weight === 0) continue;
    sum += weight;
    last = r;
    while (next < count && target < sum) {
      drawn[order[next++]!] = r;
      target = targets[order[next]!]!;
    }
  }
  // A target beyond the last sum results from rounding only.
  while (next < count) drawn[order[next++]!] = last;
  return drawn;
}

/** The squared distance of every row to one point. */
async function distancesTo(
  backend: Backend,
  blocks: ClusterRows,
  point: Float32Array,
): Promise<Float32Array> {
  if (blocks.blockCount === 1) return await backend.squaredDistances(await blocks.load(0), point, 1);
  const all = new Float32Array(blocks.rows);
  for (let block = 0; block < blocks.blockCount; block++) {
    const part = await backend.squaredDistances(await blocks.load(block), point, 1);
    all.set(part, blocks.firstRow(block));
  }
  return all;
}
