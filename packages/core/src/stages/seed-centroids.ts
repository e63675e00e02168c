import type { Backend } from "../backend/backend.ts";
import type { FeatureBlocks } from "../data/blocks.ts";
import { WellbegunError } from "../errors.ts";
import { checkpoint, type Observer } from "../progress.ts";
import type { Random } from "../random.ts";

/**
 * Greedy k-means++ (Arthur and Vassilvitskii 2007; the greedy form of scikit-learn): each next centroid is the
 * best of 2 + floor(ln K) rows drawn with probability proportional to their squared distance to the nearest
 * centroid so far, where best means the least sum of those distances afterwards.
 *
 * @returns clusters x columns, row-major.
 * @throws {WellbegunError} `invalid-option` if there are fewer distinct rows than clusters.
 */
export async function seedCentroids(
  backend: Backend,
  blocks: FeatureBlocks,
  clusters: number,
  random: Random,
  modality: string,
  observer?: Observer,
): Promise<Float32Array> {
  const { rows, columns, missing } = blocks;
  const present: number[] = [];
  for (let r = 0; r < rows; r++) if (missing?.[r] !== 1) present.push(r);
  const trials = 2 + Math.floor(Math.log(clusters));
  const centroids = new Float32Array(clusters * columns);
  const distances = new Float32Array(rows * trials);

  const first = await blocks.gather([present[random.integer(present.length)]!]);
  centroids.set(first);
  await allDistances(backend, blocks, first, 1, distances);
  const closest = distances.slice(0, rows);
  if (missing !== undefined) for (let r = 0; r < rows; r++) if (missing[r] === 1) closest[r] = 0;

  for (let k = 1; k < clusters; k++) {
    await checkpoint(observer, `seeding the clusters of ${modality}`);
    let total = 0;
    for (let r = 0; r < rows; r++) total += closest[r]!;
    if (total === 0) {
      throw new WellbegunError("invalid-option", {
        doing: "seeding k-means",
        expected: `at most ${k} clusters, the number of distinct prepared rows`,
        found: `${clusters}`,
        at: `clusters of ${modality}`,
        hint: "Clusters can be given for each modality by its name.",
      });
    }
    const candidates = draw(closest, total, trials, random);
    const points = await blocks.gather(candidates);
    await allDistances(backend, blocks, points, trials, distances);
    const best = leastPotential(closest, distances, trials);
    for (let r = 0; r < rows; r++) closest[r] = Math.min(closest[r]!, distances[r * trials + best]!);
    centroids.set(points.subarray(best * columns, (best + 1) * columns), k * columns);
  }
  return centroids;
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
    if (weights[r] === 0) continue;
    sum += weights[r]!;
    last = r;
    while (next < count && targets[order[next]!]! < sum) drawn[order[next++]!] = r;
  }
  // Only rounding can leave a target beyond the last sum.
  while (next < count) drawn[order[next++]!] = last;
  return drawn;
}

function leastPotential(closest: Float32Array, distances: Float32Array, trials: number): number {
  const potentials = new Float64Array(trials);
  for (let r = 0, e = 0; r < closest.length; r++) {
    const limit = closest[r]!;
    for (let t = 0; t < trials; t++, e++) potentials[t]! += Math.min(limit, distances[e]!);
  }
  let best = 0;
  for (let t = 1; t < trials; t++) if (potentials[t]! < potentials[best]!) best = t;
  return best;
}

/** Fills `into` (rows x count) with the squared distance of every row to every point. */
async function allDistances(
  backend: Backend,
  blocks: FeatureBlocks,
  points: Float32Array,
  count: number,
  into: Float32Array,
): Promise<void> {
  for (let block = 0; block < blocks.blockCount; block++) {
    const part = await backend.squaredDistances(await blocks.load(block), points, count);
    into.set(part, blocks.firstRow(block) * count);
  }
}
