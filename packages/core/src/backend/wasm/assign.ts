import { WellbegunError } from "../../errors.ts";
import type { Assignment, AssignmentStep } from "../backend.ts";
import { duplicateRows, measureDrift, prepareScores } from "./centroids.ts";
import { type Engine, withTemporaries } from "./engine.ts";
import type { Heap } from "./heap.ts";
import { blocks, SCORE_BYTES } from "./layout.ts";
import type { WasmMatrix } from "./matrix.ts";
import { PASS_BYTES, writePass } from "./pass.ts";
import { columnSlices } from "./rows.ts";

/** Rows of one call of the assignment kernel, and their bytes: every step of a call finds them in the cache. */
const CALL_ROWS = 512;
const CALL_BYTES: number = 1 << 18;
/** Most clusters: four rows of scores must fit a thread's scratch memory. */
export const MAX_CLUSTERS: number = SCORE_BYTES / 16;

/** Where an assignment keeps its state in the kernels' memory. */
export interface AssignmentBlocks {
  readonly missing: number;
  readonly labels: number;
  readonly upper: number;
  readonly lower: number;
  readonly norms: number;
  readonly centroids: number;
  readonly sums: number;
}

/** One k-means run: labels, Hamerly's bounds, the last centroids and the clusters' sums. */
export class WasmAssignment implements Assignment {
  readonly heap: Heap;
  readonly rows: number;
  readonly columns: number;
  readonly clusters: number;
  readonly counts: Uint32Array;
  /** Whether a pass has been made, so that bounds and last centroids hold. */
  started = false;
  #blocks: AssignmentBlocks | undefined;

  constructor(heap: Heap, rows: number, columns: number, clusters: number, memory: AssignmentBlocks) {
    this.heap = heap;
    this.rows = rows;
    this.columns = columns;
    this.clusters = clusters;
    this.counts = new Uint32Array(clusters);
    this.#blocks = memory;
  }

  get blocks(): AssignmentBlocks {
    if (this.#blocks !== undefined) return this.#blocks;
    throw new WellbegunError("disposed", {
      doing: "using an assignment",
      expected: "one that was not disposed",
      found: `a disposed one of ${this.rows} rows and ${this.clusters} clusters`,
    });
  }

  async labels(): Promise<Int32Array> {
    return this.heap.i32(this.blocks.labels, this.rows).slice();
  }

  dispose(): void {
    for (const address of Object.values(this.#blocks ?? {})) this.heap.release(address);
    this.#blocks = undefined;
  }
}

/** The state before the first pass. */
export async function createAssignment(
  heap: Heap,
  rows: number,
  columns: number,
  clusters: number,
  missing: Uint8Array | undefined,
): Promise<WasmAssignment> {
  const doing = "creating an assignment";
  if (clusters > MAX_CLUSTERS) {
    throw new WellbegunError("limit", {
      doing,
      expected: `at most ${MAX_CLUSTERS} clusters`,
      found: `${clusters}`,
    });
  }
  const allocate = (bytes: number): Promise<number> => heap.allocate(bytes, doing);
  const memory = {
    missing: missing === undefined ? 0 : await allocate(rows),
    labels: await allocate(rows * 4),
    upper: await allocate(rows * 8),
    lower: await allocate(rows * 8),
    norms: await allocate(rows * 8),
    centroids: await allocate(clusters * columns * 4),
    sums: await heap.allocateZeros(clusters * columns * 8, doing),
  };
  if (missing !== undefined) heap.u8(memory.missing, rows).set(missing);
  heap.i32(memory.labels, rows).fill(-1);
  return new WasmAssignment(heap, rows, columns, clusters, memory);
}

/** One Lloyd pass that looks only at the rows whose label can have changed. */
export async function assign(
  engine: Engine,
  assignment: WasmAssignment,
  x: WasmMatrix,
  centroids: Float32Array,
): Promise<AssignmentStep> {
  const { heap } = engine;
  const { rows, columns, clusters, counts } = assignment;
  const state = assignment.blocks;
  return await withTemporaries(heap, "assigning rows to centroids", async (temporaries) => {
    const current = await temporaries.copy(centroids);
    const scoring = await prepareScores(engine, temporaries, current, clusters, columns);
    const drift = await measureDrift(
      engine,
      temporaries,
      assignment.started ? state.centroids : 0,
      current,
      clusters,
      columns,
    );
    const duplicates = await temporaries.copy(duplicateRows(centroids, clusters, columns));
    const cached = Math.floor(CALL_BYTES / (columns * 4));
    const chunks = [...blocks(rows, Math.max(16, Math.min(CALL_ROWS, cached - (cached % 4))))];
    const moved = {
      work: await temporaries.allocate(rows * 4),
      movedRows: await temporaries.allocate(rows * 4),
      movedFrom: await temporaries.allocate(rows * 4),
      movedCount: await temporaries.allocate(chunks.length * 4),
    };
    const pass = await temporaries.allocate(PASS_BYTES);
    const { numbers, ...scores } = scoring;
    const { numbers: drifts, ...farthest } = drift;
    const fields = {
      ...state,
      ...scores,
      ...farthest,
      ...moved,
      ...{
        columns,
        clusters,
        first: Number(!assignment.started),
        x: x.address,
        centroids: current,
        duplicates,
      },
    };
    writePass(heap.u8(pass, PASS_BYTES), fields, { ...numbers, ...drifts });
    const calls = chunks.map(([first, count], slot) => [pass, first, first + count, slot]);
    await engine.run("assignRows", calls);

    const counted = heap.u32(moved.movedCount, chunks.length).slice();
    await moveSums(engine, assignment, x, chunks, counted, moved);
    let changed = 0;
    chunks.forEach(([first], slot) => {
      const count = counted[slot]!;
      changed += count;
      countMoves(
        assignment,
        heap.u32(moved.movedRows + first * 4, count),
        heap.i32(moved.movedFrom + first * 4, count),
      );
    });
    const sums = heap.f64(state.sums, clusters * columns);
    // What is left of the rows that went is rounding: an empty cluster's sum is zero.
    for (let k = 0; k < clusters; k++) if (counts[k] === 0) sums.fill(0, k * columns, (k + 1) * columns);
    heap.f32(state.centroids, clusters * columns).set(centroids);
    assignment.started = true;
    return { changed, sums: sums.slice(), counts: counts.slice() };
  });
}

/** Brings the clusters' sums up to date; every sum takes the rows in their order. */
async function moveSums(
  engine: Engine,
  assignment: WasmAssignment,
  x: WasmMatrix,
  chunks: readonly (readonly [first: number, length: number])[],
  counted: Uint32Array,
  moved: { readonly movedRows: number; readonly movedFrom: number },
): Promise<void> {
  const { columns, blocks: state } = assignment;
  const lists = chunks.flatMap(([first], slot) =>
    counted[slot] === 0 ? [] : [[first, counted[slot]!] as const],
  );
  const calls = [];
  for (const [column, width] of columnSlices(columns, engine.threads)) {
    for (const [first, count] of lists) {
      const list = [moved.movedRows + first * 4, moved.movedFrom + first * 4, state.labels, count] as const;
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
