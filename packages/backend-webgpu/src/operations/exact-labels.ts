import { kernels } from "../kernels/index.ts";
import type { WebgpuMatrix } from "../matrix.ts";
import { rowBlocks, spanOf } from "../span.ts";
import type { WebgpuAssignment } from "./assignment.ts";

/** Most bytes of rows that are looked at together. */
const MAX_BATCH_BYTES = 16 * 2 ** 20;

/**
 * Decides rows that float32 could not, in float64 from differences, as the portable backend does. Only these rows cross
 * back.
 *
 * @returns Pairs of a row and its label, for rows whose label is not what the device had written.
 */
export async function exactLabels(
  assignment: WebgpuAssignment,
  x: WebgpuMatrix,
  rows: Uint32Array,
  centroids: Float32Array,
): Promise<number[]> {
  const { engine } = x;
  const batch = Math.max(1, Math.floor(Math.min(MAX_BATCH_BYTES, engine.limits.binding) / x.rowBytes));
  const pairs: number[] = [];
  for (let first = 0; first < rows.length; first += batch) {
    await decide(assignment, x, rows.subarray(first, first + batch), centroids, pairs);
  }
  return pairs;
}

async function decide(
  assignment: WebgpuAssignment,
  x: WebgpuMatrix,
  list: Uint32Array,
  centroids: Float32Array,
  pairs: number[],
): Promise<void> {
  const doing = `deciding the labels of ${list.length} rows`;
  const { engine, columns } = x;
  const { limits } = engine;
  const { next } = assignment.state;
  await engine.withTemporaries(doing, async (temporaries) => {
    const listCopy = await temporaries.copy(list);
    const bytes = list.length * x.rowBytes;
    const gathered = await temporaries.acquire(bytes);
    const labels = await temporaries.acquire(list.length * 4);
    const commands = engine.commands(doing);
    for (const { first, count } of rowBlocks(doing, x.rows, [x.rowBytes], limits)) {
      await commands.run(kernels.gatherRows, {
        groups: Math.ceil((list.length * columns) / limits.group),
        buffers: {
          x: x.span(first, count),
          labels: spanOf(next, 0, x.rows * 4, limits),
          list: listCopy,
          gathered: spanOf(gathered, 0, bytes, limits),
          gatheredLabels: spanOf(labels, 0, list.length * 4, limits),
        },
        params: { count: list.length, columns, firstRow: first, rows: count },
      });
    }
    const parts = [
      { buffer: gathered, bytes },
      { buffer: labels, bytes: list.length * 4 },
    ];
    engine.traffic.resultsDownloaded += bytes + list.length * 4;
    await engine.receive(doing, commands, parts, (memory) => {
      const values = new Float32Array(memory, 0, list.length * columns);
      const found = new Int32Array(memory, bytes, list.length);
      for (const [i, row] of list.entries()) {
        const label = nearestOf(values.subarray(i * columns, (i + 1) * columns), centroids);
        if (label !== found[i]) pairs.push(row, label);
      }
    });
  });
}

/** The lowest of the nearest centroids of a row; 0 for a row of NaN. */
function nearestOf(row: Float32Array, centroids: Float32Array): number {
  const columns = row.length;
  let label = 0;
  let best = Number.POSITIVE_INFINITY;
  for (let k = 0, p = 0; p < centroids.length; k++) {
    let distance = 0;
    for (let c = 0; c < columns; c++, p++) {
      const difference = row[c]! - centroids[p]!;
      distance += difference * difference;
    }
    if (distance >= best || Number.isNaN(distance)) continue;
    best = distance;
    label = k;
  }
  return label;
}
