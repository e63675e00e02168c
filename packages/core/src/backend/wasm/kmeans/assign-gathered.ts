import { WellbegunError } from "../../../errors.ts";
import type { AssignmentStep, RowSource } from "../../backend.ts";
import type { WasmMatrix } from "../matrix.ts";
import { columnSlices, rowBlocks } from "../rows.ts";
import { type Engine, type Temporaries, withTemporaries } from "../runtime/engine.ts";
import { BLOCK_ROWS, blocks } from "../runtime/layout.ts";
import { finishPass, labelRows } from "./assign.ts";
import { COUNTS, type WasmAssignment } from "./assignment.ts";
import type { EachRows } from "./each-rows.ts";

/** Marks a row that has not moved, in place of its label before the pass; -1 is the label before the first pass. */
const UNMOVED = -2;

/**
 * One Lloyd pass over rows that are not in memory. The rows' coordinates in the basis decide most labels. Rows
 * are gathered where the coordinates do not decide, and where a row moves between sums; all rows are gathered
 * when the basis is extended.
 */
export async function assignGathered(
  engine: Engine,
  assignment: WasmAssignment,
  source: RowSource<WasmMatrix>,
  centroids: Float32Array,
): Promise<AssignmentStep> {
  const { heap } = engine;
  const { chunks, blocks: state } = assignment;
  if (assignment.basis === undefined) {
    throw new WellbegunError("mismatch", {
      doing: "assigning rows to centroids",
      expected: "an assignment created for gathered passes",
      found: "one that was not",
    });
  }
  const counts = await labelRows(engine, assignment, 0, eachBlock(assignment.rows, source), centroids);
  const before = new Int32Array(assignment.rows).fill(UNMOVED);
  const open = new Uint8Array(assignment.rows);
  chunks.forEach(([first], slot) => {
    const from = heap.i32(state.movedFrom + first * 4, counts[COUNTS * slot]!);
    heap.u32(state.movedRows + first * 4, from.length).forEach((row, i) => {
      before[row] = from[i]!;
    });
    for (const row of heap.u32(state.work + first * 4, counts[COUNTS * slot + 2]!)) open[row] = 1;
  });
  const wanted = Uint32Array.from(before.keys()).filter((row) => open[row] === 1 || before[row] !== UNMOVED);

  let changed = 0;
  for (const [first, length] of blocks(wanted.length, source.most)) {
    const rows = wanted.subarray(first, first + length);
    const x = await source.gather(rows);
    await withTemporaries(heap, "assigning rows to centroids", async (temporaries) => {
      await settleOpen(engine, assignment, temporaries, x, rows, open, before);
      changed += await moveRows(engine, assignment, temporaries, x, rows, before);
    });
  }
  return finishPass(assignment, changed);
}

/** Squared distance of each row to the centroid of its label. */
export async function gatheredDistances(
  engine: Engine,
  assignment: WasmAssignment,
  source: RowSource<WasmMatrix>,
  centroids: Float32Array,
): Promise<Float32Array> {
  const { heap } = engine;
  const { rows, columns, blocks: state } = assignment;
  return await withTemporaries(heap, "computing distances to centroids", async (temporaries) => {
    const points = await temporaries.copy(centroids);
    const out = await temporaries.allocate(rows * 4);
    await eachBlock(
      rows,
      source,
    )(async (origin, first, count) => {
      const calls = [];
      for (const [row, length] of rowBlocks(count, columns)) {
        const at = first + row;
        calls.push([origin + at * columns * 4, length, columns, points, state.labels + at * 4, out + at * 4]);
      }
      await engine.run("assignedDistances", calls);
    });
    return heap.f32(out, rows).slice();
  });
}

function eachBlock(rows: number, source: RowSource<WasmMatrix>): EachRows {
  return async (use) => {
    for (const [first, count] of blocks(rows, source.most)) {
      const x = await source.gather(Uint32Array.from({ length: count }, (_, i) => first + i));
      await use(x.address - first * x.stride, first, count);
    }
  };
}

/** Labels the undecided ones of the gathered rows, and writes the previous label of those that move to `before`. */
async function settleOpen(
  engine: Engine,
  assignment: WasmAssignment,
  temporaries: Temporaries,
  x: WasmMatrix,
  rows: Uint32Array,
  open: Uint8Array,
  before: Int32Array,
): Promise<void> {
  const { heap } = engine;
  const { pass, labels } = assignment.blocks;
  const places = Uint32Array.from(rows.keys()).filter((place) => open[rows[place]!] === 1);
  if (places.length === 0) return;
  const chosen = places.map((place) => rows[place]!);
  const rowsAt = await temporaries.copy(chosen);
  const placesAt = await temporaries.copy(places);
  const beforeAt = await temporaries.allocate(places.length * 4);
  const distancesAt = await temporaries.zeros(Math.ceil(places.length / BLOCK_ROWS) * 4);
  const calls = [...blocks(places.length, BLOCK_ROWS)].map(([first, count], call) => {
    const lists = [rowsAt + first * 4, placesAt + first * 4, count] as const;
    return [pass, ...lists, x.address, beforeAt + first * 4, distancesAt + call * 4];
  });
  await engine.run("settleRows", calls);
  for (const computed of heap.u32(distancesAt, calls.length)) assignment.distances += computed;
  const found = heap.i32(labels, assignment.rows);
  heap.i32(beforeAt, chosen.length).forEach((label, i) => {
    const row = chosen[i]!;
    if (label !== found[row]) before[row] = label;
  });
}

/** Updates sums and counts for those of the gathered rows that moved; returns how many did. */
async function moveRows(
  engine: Engine,
  assignment: WasmAssignment,
  temporaries: Temporaries,
  x: WasmMatrix,
  rows: Uint32Array,
  before: Int32Array,
): Promise<number> {
  const { columns, counts } = assignment;
  const { labels, sums } = assignment.blocks;
  const places = Uint32Array.from(rows.keys()).filter((place) => before[rows[place]!] !== UNMOVED);
  if (places.length === 0) return 0;
  const all = engine.heap.i32(labels, assignment.rows);
  const after = Int32Array.from(rows, (row) => all[row]!);
  const from = Int32Array.from(places, (place) => before[rows[place]!]!);
  places.forEach((place, i) => {
    if (from[i]! >= 0) counts[from[i]!]!--;
    counts[after[place]!]!++;
  });
  const lists = [
    await temporaries.copy(places),
    await temporaries.copy(from),
    await temporaries.copy(after),
  ] as const;
  const calls = [];
  for (const [column, width] of columnSlices(columns, engine.threads)) {
    calls.push([x.address, columns, ...lists, places.length, column, column + width, sums]);
  }
  await engine.run("moveSums", calls);
  return places.length;
}
