import type { Backend, Matrix, Seeding } from "../../backend/backend.ts";
import type { ClusterRows } from "./sampled-rows.ts";

/** A {@link Seeding} over all blocks of rows. */
export interface Comparison {
  /** For each point the sum of the rows' distances to the nearest point, were that one kept. */
  compare(points: Float32Array, count: number): Promise<Float64Array>;
  /** Keeps a point of the last comparison; returns the rows' distances to the nearest point. */
  keep(point: number): Promise<Float32Array>;
  dispose(): void;
}

/** Starts the comparison of all rows with `total` points, from their distances to a first one. */
export async function compareRows(
  backend: Backend,
  blocks: ClusterRows,
  closest: Float32Array,
  total: number,
): Promise<Comparison> {
  const seedings: Seeding[] = [];
  const dispose = (): void => {
    for (const seeding of seedings) seeding.dispose();
  };
  try {
    for (let block = 0; block < blocks.blockCount; block++) {
      const own = closest.slice(blocks.firstRow(block), blocks.firstRow(block + 1));
      const made = await backend.createSeeding?.(await blocks.load(block), own, total);
      seedings.push(made ?? plainSeeding(backend, own));
    }
  } catch (error) {
    dispose();
    throw error;
  }
  return {
    async compare(points, count) {
      const sums = new Float64Array(count);
      for (const [block, seeding] of seedings.entries()) {
        await seeding.compare(await blocks.load(block), points, count, sums);
      }
      return sums;
    },
    async keep(point) {
      if (seedings.length === 1) return await seedings[0]!.keep(point);
      const all = new Float32Array(blocks.rows);
      for (const [block, seeding] of seedings.entries()) {
        all.set(await seeding.keep(point), blocks.firstRow(block));
      }
      return all;
    },
    dispose,
  };
}

/** A seeding that computes every distance; it changes `closest`. */
function plainSeeding(backend: Backend, closest: Float32Array): Seeding {
  let distances: Float32Array = new Float32Array();
  let width = 0;
  return {
    async compare(x: Matrix, points, count, sums) {
      distances = await backend.squaredDistances(x, points, count);
      width = count;
      addNearest(closest, distances, count, sums);
    },
    async keep(point) {
      keepNearest(closest, distances, width, point);
      return closest.slice();
    },
    dispose() {},
  };
}

// Engines optimize each closure anew, so that these loops are functions of their own.

/** For each of `count` points adds the rows' distances to the nearest point, were that one kept. */
function addNearest(closest: Float32Array, distances: Float32Array, count: number, sums: Float64Array): void {
  for (let row = 0, e = 0; row < closest.length; row++) {
    const limit = closest[row]!;
    for (let p = 0; p < count; p++, e++) sums[p]! += distances[e]! < limit ? distances[e]! : limit;
  }
}

/** Lowers the distances of rows that are nearer to `point`, one of `width`. */
function keepNearest(closest: Float32Array, distances: Float32Array, width: number, point: number): void {
  for (let row = 0, e = point; row < closest.length; row++, e += width) {
    if (distances[e]! < closest[row]!) closest[row] = distances[e]!;
  }
}
