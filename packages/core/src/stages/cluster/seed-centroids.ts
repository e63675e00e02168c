import type { Backend } from "../../backend/backend.ts";
import { checkpoint, type Observer } from "../../progress.ts";
import type { Random } from "../../random.ts";
import type { SeedRows } from "./sampled-rows.ts";

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
  blocks: SeedRows,
  clusters: number,
  random: Random,
  modality: string,
  observer?: Observer,
): Promise<Float32Array> {
  const { rows, columns, missing } = blocks;
  const trials = 2 + Math.floor(Math.log(clusters));
  const centroids = new Float32Array(clusters * columns);

  const first = await blocks.gather([drawPresent(rows, missing, random)]);
  centroids.set(first);
  const closest = await allDistances(backend, blocks, first, 1);
  if (missing !== undefined) for (let r = 0; r < rows; r++) if (missing[r] === 1) closest[r] = 0;
  let total = 0;
  for (let r = 0; r < rows; r++) total += closest[r]!;

  for (let k = 1; k < clusters; k++) {
    await checkpoint(observer, `seeding the clusters of ${modality}`);
    if (total === 0) return centroids.slice(0, k * columns);
    const candidates = draw(closest, total, trials, random);
    const points = await blocks.gather(candidates);
    const distances = await allDistances(backend, blocks, points, trials);
    const { best, potential } = leastPotential(closest, distances, trials);
    approach(closest, distances, trials, best);
    total = potential;
    centroids.set(points.subarray(best * columns, (best + 1) * columns), k * columns);
  }
  return centroids;
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
  for (let r = 0; r < weights.length && next < count; r++) {
    const weight = weights[r]!;
    if (weight === 0) continue;
    sum += weight;
    last = r;
    while (next < count && targets[order[next]!]! < sum) drawn[order[next++]!] = r;
  }
  // A target beyond the last sum results from rounding only.
  while (next < count) drawn[order[next++]!] = last;
  return drawn;
}

/** The column of `distances` (rows x trials) that leaves the least sum of distances to the nearest centroid, and that sum. */
function leastPotential(
  closest: Float32Array,
  distances: Float32Array,
  trials: number,
): { readonly best: number; readonly potential: number } {
  let best = 0;
  let least = Infinity;
  for (let t = 0; t < trials; t++) {
    let potential = 0;
    for (let r = 0, e = t; r < closest.length; r++, e += trials) {
      const distance = distances[e]!;
      const limit = closest[r]!;
      potential += distance < limit ? distance : limit;
    }
    if (potential < least) {
      least = potential;
      best = t;
    }
  }
  return { best, potential: least };
}

/** Replaces entries of `closest` by those of column `best` of `distances` where these are smaller. */
function approach(closest: Float32Array, distances: Float32Array, trials: number, best: number): void {
  for (let r = 0, e = best; r < closest.length; r++, e += trials) {
    const distance = distances[e]!;
    if (distance < closest[r]!) closest[r] = distance;
  }
}

/** The squared distance of every row to every point, rows x count. */
async function allDistances(
  backend: Backend,
  blocks: SeedRows,
  points: Float32Array,
  count: number,
): Promise<Float32Array> {
  if (blocks.blockCount === 1) return await backend.squaredDistances(await blocks.load(0), points, count);
  const all = new Float32Array(blocks.rows * count);
  for (let block = 0; block < blocks.blockCount; block++) {
    const part = await backend.squaredDistances(await blocks.load(block), points, count);
    all.set(part, blocks.firstRow(block) * count);
  }
  return all;
}
