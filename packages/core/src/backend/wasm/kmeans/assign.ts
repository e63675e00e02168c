import type { AssignmentStep } from "../../backend.ts";
import type { WasmMatrix } from "../matrix.ts";
import { columnSlices } from "../rows.ts";
import type { Engine } from "../runtime/engine.ts";
import { roundUp, TILE_COLUMNS } from "../runtime/layout.ts";
import { COUNTS, type WasmAssignment } from "./assignment.ts";
import { duplicateRows, measureDrift } from "./centroids.ts";
import type { EachRows } from "./each-rows.ts";
import { PASS_BYTES, writePass } from "./pass.ts";
import { prepareScores } from "./scores.ts";

/** One Lloyd pass that looks only at the rows whose label can have changed. */
export async function assign(
  engine: Engine,
  assignment: WasmAssignment,
  x: WasmMatrix,
  centroids: Float32Array,
): Promise<AssignmentStep> {
  const { heap } = engine;
  const { chunks, blocks: state } = assignment;
  const counts = await labelRows(
    engine,
    assignment,
    x.address,
    (use) => use(x.address, 0, x.rows),
    centroids,
  );
  await moveSums(engine, assignment, x, counts);
  let changed = 0;
  chunks.forEach(([from], slot) => {
    const count = counts[COUNTS * slot]!;
    changed += count;
    countMoves(
      assignment,
      heap.u32(state.movedRows + from * 4, count),
      heap.i32(state.movedFrom + from * 4, count),
    );
  });
  return finishPass(assignment, changed);
}

/**
 * The first part of a pass: labels rows, and lists those that moved. `x` is the address of the rows; with it,
 * all rows are decided. Where `x` is 0, rows that the scores do not decide stay open and are listed. Returns
 * the counts of each chunk.
 */
export async function labelRows(
  engine: Engine,
  assignment: WasmAssignment,
  x: number,
  eachRows: EachRows,
  centroids: Float32Array,
): Promise<Uint32Array> {
  const { heap } = engine;
  const { columns, clusters, chunks, started } = assignment;
  const state = assignment.blocks;
  heap.f32(state.before, clusters * columns).set(heap.f32(state.centroids, clusters * columns));
  heap.f32(state.centroids, clusters * columns).set(centroids);
  heap.u8(state.duplicates, clusters).set(duplicateRows(centroids, clusters, columns));
  const record = (): Uint8Array => heap.u8(state.pass, PASS_BYTES);
  if (!started) {
    const { groups, groupClusters } = assignment;
    const padded = roundUp(clusters, TILE_COLUMNS);
    const scoredClusters = groupClusters === 1 ? padded : groupClusters;
    writePass(record(), { ...state, columns, clusters, padded, groups, groupClusters, scoredClusters });
  }
  writePass(record(), { first: Number(!started) });
  if (started) await measureDrift(engine, assignment);
  const scores = await prepareScores(engine, assignment, x, eachRows);
  writePass(record(), scores);
  writePass(record(), { x });
  const calls = chunks.map(([from, count], slot) => [state.pass, from, from + count, slot]);
  await engine.run("assignRows", calls);
  const counts = heap.u32(state.counts, chunks.length * COUNTS).slice();
  chunks.forEach((_, slot) => {
    assignment.distances += counts[COUNTS * slot + 1]!;
  });
  return counts;
}

/** The last part of a pass, when the sums and counts are up to date. */
export function finishPass(assignment: WasmAssignment, changed: number): AssignmentStep {
  const { clusters, columns, heap } = assignment;
  const sums = heap.f64(assignment.blocks.sums, clusters * columns);
  // The sum of an empty cluster is zero; anything left of the removed rows is rounding.
  for (let k = 0; k < clusters; k++) {
    if (assignment.counts[k] === 0) sums.fill(0, k * columns, (k + 1) * columns);
  }
  assignment.started = true;
  return { changed, sums: sums.slice(), counts: assignment.counts.slice() };
}

/** Updates the clusters' sums; each sum adds the rows in their order. */
async function moveSums(
  engine: Engine,
  { columns, blocks: state, chunks }: WasmAssignment,
  x: WasmMatrix,
  counts: Uint32Array,
): Promise<void> {
  const lists = chunks.flatMap(([first], slot) =>
    counts[COUNTS * slot] === 0 ? [] : [[first, counts[COUNTS * slot]!] as const],
  );
  const calls = [];
  for (const [column, width] of columnSlices(columns, engine.threads)) {
    for (const [first, count] of lists) {
      const list = [state.movedRows + first * 4, state.movedFrom + first * 4, state.labels, count] as const;
      calls.push([x.address, columns, ...list, column, column + width, state.sums]);
    }
  }
  await engine.run("moveSums", calls, lists.length);
}

function countMoves(assignment: WasmAssignment, rows: Uint32Array, from: Int32Array): void {
  const { counts } = assignment;
  const labels = assignment.heap.i32(assignment.blocks.labels, assignment.rows);
  for (let i = 0; i < rows.length; i++) {
    if (from[i]! >= 0) counts[from[i]!]!--;
    counts[labels[rows[i]!]!]!++;
  }
}
