import type { WasmMatrix } from "../matrix.ts";
import { rowBlocks } from "../rows.ts";
import { type Engine, withTemporaries } from "../runtime/engine.ts";
import { TILE_ROWS } from "../runtime/layout.ts";

/** Squared distance of every row to every point: rows x count. */
export async function squaredDistances(
  engine: Engine,
  x: WasmMatrix,
  points: Float32Array,
  count: number,
): Promise<Float32Array> {
  return await withTemporaries(engine.heap, "computing distances to points", async (temporaries) => {
    const from = await temporaries.copy(points);
    const out = await temporaries.allocate(x.rows * count * 4);
    const calls = [];
    for (const [row, rows] of rowBlocks(x.rows, x.columns, TILE_ROWS)) {
      calls.push([x.rowAddress(row), rows, x.columns, from, count, out + row * count * 4]);
    }
    await engine.run("squaredDistances", calls);
    return engine.heap.f32(out, x.rows * count).slice();
  });
}

/** Squared distance of every row to the centroid of its label, whose addresses start at `labels`. */
export async function assignedDistances(
  engine: Engine,
  x: WasmMatrix,
  labels: number,
  centroids: Float32Array,
): Promise<Float32Array> {
  return await withTemporaries(engine.heap, "computing distances to centroids", async (temporaries) => {
    const from = await temporaries.copy(centroids);
    const out = await temporaries.allocate(x.rows * 4);
    const calls = [];
    for (const [row, rows] of rowBlocks(x.rows, x.columns)) {
      calls.push([x.rowAddress(row), rows, x.columns, from, labels + row * 4, out + row * 4]);
    }
    await engine.run("assignedDistances", calls);
    return engine.heap.f32(out, x.rows).slice();
  });
}
