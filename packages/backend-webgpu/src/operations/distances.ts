import { kernels } from "../kernels/index.ts";
import { lanesFor } from "../kernels/lanes.ts";
import type { WebgpuMatrix } from "../matrix.ts";
import { rowBlocks, spanOf } from "../span.ts";
import type { WebgpuAssignment } from "./assignment.ts";
import { topsOf } from "./pairs.ts";

/** Squared distance of every row to every point, rows x count. */
export async function squaredDistances(
  x: WebgpuMatrix,
  points: Float32Array,
  count: number,
): Promise<Float32Array> {
  const doing = `computing distances of ${x.rows} x ${x.columns} to ${count} points`;
  const { engine, columns } = x;
  const { limits } = engine;
  const total = x.rows * count * 4;
  if (total === 0) return new Float32Array(0);
  return await engine.withTemporaries(doing, async (temporaries) => {
    const pointsCopy = await temporaries.copy(points);
    const tops = await temporaries.copy(topsOf(points, count, columns));
    const distances = await temporaries.acquire(total);
    const commands = engine.commands(doing);
    const lanes = lanesFor(columns);
    for (const seen of rowBlocks(doing, count, [x.rowBytes], limits)) {
      for (const block of rowBlocks(doing, x.rows, [x.rowBytes, count * 4], limits)) {
        await commands.run(kernels.squaredDistances, {
          groups: Math.ceil((block.count * lanes) / limits.group),
          buffers: {
            x: x.span(block.first, block.count),
            points: spanOf(pointsCopy.buffer, seen.first * x.rowBytes, seen.count * x.rowBytes, limits),
            tops: spanOf(tops.buffer, seen.first * 4, seen.count * 4, limits),
            distances: spanOf(distances, block.first * count * 4, block.count * count * 4, limits),
          },
          params: {
            rows: block.count,
            columns,
            lanes,
            count: seen.count,
            firstPoint: seen.first,
            stride: count,
          },
        });
      }
    }
    engine.traffic.resultsDownloaded += total;
    return await engine.receive(doing, commands, [{ buffer: distances, bytes: total }], (bytes) => {
      return new Float32Array(bytes).slice();
    });
  });
}

/** Squared distance of each row to the centroid of its label, 0 where the label is -1. */
export async function assignedDistances(
  assignment: WebgpuAssignment,
  x: WebgpuMatrix,
  centroids: Float32Array,
): Promise<Float32Array> {
  const doing = `computing distances of ${x.rows} x ${x.columns} to ${assignment.clusters} centroids`;
  const { engine, columns } = x;
  const { limits } = engine;
  const { labels } = assignment.state;
  if (x.rows === 0) return new Float32Array(0);
  return await engine.withTemporaries(doing, async (temporaries) => {
    const points = await temporaries.copy(centroids);
    const tops = await temporaries.copy(topsOf(centroids, assignment.clusters, columns));
    const distances = await temporaries.acquire(x.rows * 4);
    const commands = engine.commands(doing);
    const lanes = lanesFor(columns);
    for (const { first, count } of rowBlocks(doing, x.rows, [x.rowBytes], limits)) {
      await commands.run(kernels.assignedDistances, {
        groups: Math.ceil((count * lanes) / limits.group),
        buffers: {
          x: x.span(first, count),
          points,
          tops,
          labels: spanOf(labels, first * 4, count * 4, limits),
          distances: spanOf(distances, first * 4, count * 4, limits),
        },
        params: { rows: count, columns, lanes },
      });
    }
    engine.traffic.resultsDownloaded += x.rows * 4;
    return await engine.receive(doing, commands, [{ buffer: distances, bytes: x.rows * 4 }], (bytes) => {
      return new Float32Array(bytes).slice();
    });
  });
}
