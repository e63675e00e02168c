/** Squared Euclidean distances, always from differences, so that equal rows give exactly 0. */
import type { Engine } from "../engine.ts";
import type { TfjsMatrix } from "../matrix.ts";
import type { TfTensor } from "../tensorflow.ts";
import { fetchRows } from "./norms.ts";

// The smallest normal float32 times 2^20: devices may flush smaller squares to 0, which then weigh less than a millionth.
const LEAST_SQUARE = 2 ** -106;

/** Distance of every row to every point, rows x count. */
export async function squaredDistances(
  engine: Engine,
  x: TfjsMatrix,
  points: Float32Array,
  count: number,
): Promise<Float32Array> {
  const doing = "computing distances to points";
  const { columns } = x;
  const out = new Float32Array(x.rows * count);
  if (count === 0) return out;
  for (let i = 0; i < x.blockCount; i++) {
    const distances = engine.tidy(doing, () => {
      const block = x.block(i);
      const toEach: TfTensor[] = [];
      for (let p = 0; p < count; p++) {
        const point = points.slice(p * columns, (p + 1) * columns);
        toEach.push(engine.tidy(doing, () => squaredNormsOf(engine, block, engine.floats(point))));
      }
      return engine.tf.concat(toEach, 0);
    });
    const byPoint = await engine.result(doing, distances);
    const rows = x.rowsIn(i);
    const found = out.subarray(x.firstRow(i) * count, (x.firstRow(i) + rows) * count);
    for (let p = 0; p < found.length; p++) found[p] = byPoint[(p % count) * rows + Math.floor(p / count)]!;
    await mendTiny(engine, doing, x, i, found, points, (p) => p % count);
  }
  return out;
}

/** Distance of each row to the centroid of its label, 0 where the label is -1. */
export async function assignedDistances(
  engine: Engine,
  x: TfjsMatrix,
  labels: Int32Array,
  centroids: Float32Array,
): Promise<Float32Array> {
  const doing = "computing distances to centroids";
  const { columns } = x;
  const out = new Float32Array(x.rows);
  for (let i = 0; i < x.blockCount; i++) {
    const first = x.firstRow(i);
    const own = labels.slice(first, first + x.rowsIn(i));
    const distances = engine.tidy(doing, () => {
      const points = engine.floats(centroids, [centroids.length / columns, columns]);
      const nearest = own.map((label) => Math.max(label, 0));
      return squaredNormsOf(engine, x.block(i), engine.gather(points, engine.integers(nearest)));
    });
    const found = out.subarray(first, first + own.length);
    found.set(await engine.result(doing, distances));
    for (const [r, label] of own.entries()) if (label < 0) found[r] = 0;
    await mendTiny(engine, doing, x, i, found, centroids, (r) => own[r]!);
  }
  return out;
}

/** Squared norm of each row of `x - y`. */
function squaredNormsOf({ tf }: Engine, x: TfTensor, y: TfTensor): TfTensor {
  return tf.sum(tf.square(tf.sub(x, y)), 1);
}

/**
 * Computes anew, in float64, distances between different rows that are so small that squares may have been lost. Entry
 * p of `found`, which has as many for each row of the block, is the distance to point `pointOf(p)`.
 */
async function mendTiny(
  engine: Engine,
  doing: string,
  x: TfjsMatrix,
  block: number,
  found: Float32Array,
  points: Float32Array,
  pointOf: (p: number) => number,
): Promise<void> {
  const { columns } = x;
  const each = found.length / x.rowsIn(block);
  for (let p = 0; p < found.length; p++) {
    if (!(found[p]! > 0 && found[p]! < columns * LEAST_SQUARE)) continue;
    const row = await fetchRows(engine, doing, x, block, [Math.floor(p / each)]);
    const from = pointOf(p) * columns;
    found[p] = row.reduce((sum, value, c) => sum + (value - points[from + c]!) ** 2, 0);
  }
}
