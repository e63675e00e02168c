import { WellbegunError } from "../../../errors.ts";
import type { Assignment } from "../../backend.ts";
import type { Heap } from "../runtime/heap.ts";
import { blocks, roundUp, SCORE_BYTES, TILE_COLUMNS } from "../runtime/layout.ts";
import { type AssignmentShape, assignmentShape } from "./assignment-shape.ts";
import { Basis } from "./basis.ts";
import { PASS_BYTES } from "./pass.ts";

/**
 * Rows of one call of the assignment kernel, and their bytes: few enough to stay in the cache for every step of
 * a call.
 */
const CALL_ROWS = 512;
const CALL_BYTES: number = 1 << 18;
/** Number of counts of one call of the assignment kernel: rows that moved, distances, rows that stay open. */
export const COUNTS = 3;
/** Most clusters: four rows of scores must fit a thread's scratch memory. */
export const MAX_CLUSTERS: number = SCORE_BYTES / 16;

/** Addresses of an assignment's state in the kernels' memory; kernels/pass.ts describes each. */
export interface AssignmentBlocks {
  readonly pass: number;
  readonly missing: number;
  readonly labels: number;
  readonly upper: number;
  readonly lowers: number;
  readonly norms: number;
  readonly spreads: number;
  readonly rests: number;
  readonly work: number;
  readonly movedRows: number;
  readonly movedFrom: number;
  readonly counts: number;
  readonly origin: number;
  readonly centroids: number;
  readonly before: number;
  readonly centered: number;
  readonly panels: number;
  readonly units: number;
  readonly constants: number;
  readonly outside: number;
  readonly inside: number;
  readonly duplicates: number;
  readonly drift: number;
  readonly groupDrift: number;
  readonly othersDrift: number;
  readonly stats: number;
  readonly sums: number;
}

/** One k-means run: labels, bounds, the last centroids, the clusters' sums, and perhaps a basis. */
export class WasmAssignment implements Assignment {
  readonly heap: Heap;
  readonly rows: number;
  readonly columns: number;
  readonly clusters: number;
  /** Whether rows are scored as integers. */
  readonly integers: boolean;
  /** Bounds of a row, and clusters that share one. */
  readonly groups: number;
  readonly groupClusters: number;
  readonly counts: Uint32Array;
  /** The basis in which centroids are expressed; undefined where the rows themselves are scored. */
  readonly basis: Basis | undefined;
  /** The ranges of rows that one call of the kernels visits. */
  readonly chunks: readonly (readonly [first: number, length: number])[];
  /** Whether a pass has been made, so that bounds and last centroids hold. */
  started = false;
  /** Distances computed since the basis was last extended. */
  distances = 0;
  readonly blocks: AssignmentBlocks;
  readonly #addresses: readonly number[];

  constructor(
    heap: Heap,
    shape: { readonly rows: number; readonly columns: number; readonly clusters: number },
    bounds: Pick<AssignmentShape, "integers" | "groups" | "groupClusters">,
    memory: AssignmentBlocks,
    basis: Basis | undefined,
    addresses: readonly number[],
  ) {
    this.heap = heap;
    this.rows = shape.rows;
    this.columns = shape.columns;
    this.clusters = shape.clusters;
    this.integers = bounds.integers;
    this.groups = bounds.groups;
    this.groupClusters = bounds.groupClusters;
    this.counts = new Uint32Array(shape.clusters);
    this.basis = basis;
    this.chunks = chunksOf(shape.rows, basis?.capacity ?? shape.columns);
    this.#addresses = addresses;
    this.blocks = memory;
  }

  async labels(): Promise<Int32Array> {
    return this.heap.i32(this.blocks.labels, this.rows).slice();
  }

  dispose(): void {
    for (const address of this.#addresses) this.heap.release(address);
  }
}

function chunksOf(rows: number, width: number): (readonly [first: number, length: number])[] {
  const cached = Math.floor(CALL_BYTES / (width * 4));
  return [...blocks(rows, Math.max(16, Math.min(CALL_ROWS, cached - (cached % 4))))];
}

/** The state before the first pass. */
export async function createAssignment(
  heap: Heap,
  rows: number,
  columns: number,
  clusters: number,
  missing: Uint8Array | undefined,
  gathered: boolean,
): Promise<WasmAssignment> {
  const doing = "creating an assignment";
  if (clusters > MAX_CLUSTERS) {
    throw new WellbegunError("limit", {
      doing,
      expected: `at most ${MAX_CLUSTERS} clusters`,
      found: `${clusters}`,
    });
  }
  const addresses: number[] = [];
  const allocate = async (bytes: number): Promise<number> => {
    const address = await heap.allocate(bytes, doing);
    addresses.push(address);
    return address;
  };
  try {
    const padded = roundUp(clusters, TILE_COLUMNS);
    const { capacity, ...bounds } = assignmentShape(rows, columns, clusters, gathered);
    const memory = {
      pass: await allocate(PASS_BYTES),
      missing: missing === undefined ? 0 : await allocate(rows),
      labels: await allocate(rows * 4),
      upper: await allocate(rows * 4),
      lowers: await allocate(rows * bounds.groups * 4),
      norms: await allocate(rows * 8),
      spreads: await allocate(rows * 8),
      rests: await allocate(rows * 8),
      work: await allocate(rows * 4),
      movedRows: await allocate(rows * 4),
      movedFrom: await allocate(rows * 4),
      counts: await allocate(chunksOf(rows, capacity || columns).length * COUNTS * 4),
      origin: await allocate(columns * 4),
      centroids: await allocate(clusters * columns * 4),
      before: await allocate(clusters * columns * 4),
      centered: await allocate(clusters * columns * 4),
      panels: await allocate(
        padded * (bounds.integers ? 2 * roundUp(columns, 2) : 4 * (capacity || columns)),
      ),
      units: await allocate(padded * 4),
      constants: await allocate(padded * 4),
      outside: await allocate(padded * 4),
      inside: await allocate(padded * 4),
      duplicates: await allocate(clusters),
      drift: await allocate(clusters * 8),
      groupDrift: await allocate(bounds.groups * 4),
      othersDrift: await allocate(clusters * 4),
      stats: await allocate(clusters * 24 + columns * 8),
      sums: await allocate(clusters * columns * 8),
    };
    const basis =
      capacity === 0 ? undefined : await Basis.create(rows, columns, clusters, capacity, allocate);
    if (missing !== undefined) heap.u8(memory.missing, rows).set(missing);
    heap.i32(memory.labels, rows).fill(-1);
    // Every group is open to every row; those that only fill the last vector of bounds have no centroids.
    heap.f32(memory.upper, rows).fill(Infinity);
    heap.zero(memory.lowers, rows * bounds.groups * 4);
    const lowers = heap.f32(memory.lowers, rows * bounds.groups);
    const used = Math.ceil(clusters / bounds.groupClusters);
    for (let row = 0; row < rows; row++) {
      lowers.fill(Infinity, row * bounds.groups + used, (row + 1) * bounds.groups);
    }
    heap.zero(memory.groupDrift, bounds.groups * 4);
    heap.zero(memory.sums, clusters * columns * 8);
    heap.zero(memory.units, padded * 4);
    heap.f32(memory.constants, padded).fill(Infinity);
    heap.zero(memory.outside, padded * 4);
    heap.zero(memory.inside, padded * 4);
    return new WasmAssignment(heap, { rows, columns, clusters }, bounds, memory, basis, addresses);
  } catch (error) {
    for (const address of addresses) heap.release(address);
    throw error;
  }
}
