import type { Assignment, AssignmentStep, Backend, GatheredPasses, Matrix } from "../../backend/backend.ts";
import type { ClusterRows } from "./sampled-rows.ts";

/** A part of the rows, whose labels one {@link Assignment} keeps. */
export interface ClusterPart {
  readonly firstRow: number;
  assign(centroids: Float32Array): Promise<AssignmentStep>;
  /** Squared distance of each row to its own centroid. */
  distances(centroids: Float32Array): Promise<Float32Array>;
  labels(): Promise<Int32Array>;
  dispose(): void;
}

/**
 * Cuts the rows into parts: each block by itself, or all streamed rows together where the backend supports
 * gathered passes, which read few rows. At most `gatherRows` gathered rows are held at a time.
 */
export async function createParts(
  backend: Backend,
  blocks: ClusterRows,
  clusters: number,
  gatherRows: number,
): Promise<ClusterPart[]> {
  const { blockCount, residentBlocks, rows, columns } = blocks;
  const streamedFrom = blocks.firstRow(residentBlocks);
  const { gathered } = backend;
  const together =
    residentBlocks < blockCount && (gathered?.suits(rows - streamedFrom, columns, clusters) ?? false);
  const parts: ClusterPart[] = [];
  try {
    for (let block = 0; block < (together ? residentBlocks : blockCount); block++) {
      parts.push(await blockPart(backend, blocks, block, clusters));
    }
    if (together) parts.push(await gatheredPart(backend, gathered!, blocks, clusters, gatherRows));
    return parts;
  } catch (error) {
    for (const part of parts) part.dispose();
    throw error;
  }
}

async function blockPart(
  backend: Backend,
  blocks: ClusterRows,
  block: number,
  clusters: number,
): Promise<ClusterPart> {
  const firstRow = blocks.firstRow(block);
  const rows = blocks.firstRow(block + 1) - firstRow;
  const assignment = await backend.createAssignment(rows, blocks.columns, clusters, blocks.missingIn(block));
  return {
    ...ofAssignment(firstRow, assignment),
    assign: async (centroids) => await backend.assign(assignment, await blocks.load(block), centroids),
    distances: async (centroids) =>
      await backend.assignedDistances(assignment, await blocks.load(block), centroids),
  };
}

async function gatheredPart(
  backend: Backend,
  gathered: GatheredPasses,
  blocks: ClusterRows,
  clusters: number,
  gatherRows: number,
): Promise<ClusterPart> {
  const { residentBlocks, rows, columns, missing } = blocks;
  const firstRow = blocks.firstRow(residentBlocks);
  const most = Math.min(rows - firstRow, gatherRows);
  const matrix: Matrix = await backend.create(most, columns);
  let assignment: Assignment | undefined;
  try {
    assignment = await backend.createAssignment(
      rows - firstRow,
      columns,
      clusters,
      missing?.subarray(firstRow),
      true,
    );
  } catch (error) {
    matrix.dispose();
    throw error;
  }
  const source = {
    most,
    gather: async (list: Uint32Array): Promise<Matrix> => {
      await blocks.gatherInto!(
        list.map((row) => firstRow + row),
        matrix,
      );
      return matrix;
    },
  };
  const own = ofAssignment(firstRow, assignment);
  return {
    ...own,
    assign: (centroids) => gathered.assign(assignment, source, centroids),
    distances: (centroids) => gathered.assignedDistances(assignment, source, centroids),
    dispose: () => {
      own.dispose();
      matrix.dispose();
    },
  };
}

function ofAssignment(
  firstRow: number,
  assignment: Assignment,
): Pick<ClusterPart, "firstRow" | "labels" | "dispose"> {
  return { firstRow, labels: () => assignment.labels(), dispose: () => assignment.dispose() };
}
