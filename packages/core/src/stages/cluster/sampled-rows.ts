import type { Backend } from "../../backend/backend.ts";
import type { FeatureBlocks } from "../../data/blocks.ts";
import { createRowTable, type RowTable } from "../../data/row-table.ts";
import type { Random } from "../../random.ts";

/** Rows that k-means reads: all rows of a modality, or a sample. */
export type ClusterRows = Omit<FeatureBlocks, "preparation" | "blockOf" | "dispose">;

/** A copy of some rows of a modality, prepared, on the backend. */
export interface SampledRows extends ClusterRows {
  dispose(): void;
}

/** Up to this many clusters, seeds are drawn from all rows by default; with more, drawing them would take most of the time. */
const FEW_CLUSTERS = 32;
/** Rows of the default sample: at least, and for each cluster. */
const LEAST_SAMPLE = 2048;
const CLUSTER_SAMPLE = 8;

/** Of `rows` rows, how many seeds are drawn from: `initSize`, or the default for that many clusters. */
export function seedRowCount(rows: number, clusters: number, initSize: number | undefined): number {
  const byClusters = clusters <= FEW_CLUSTERS ? rows : Math.max(LEAST_SAMPLE, CLUSTER_SAMPLE * clusters);
  return Math.min(rows, initSize ?? byClusters);
}

/** A uniform sample of `count` rows that are not missing, in their order. */
export async function sampleRows(
  backend: Backend,
  blocks: ClusterRows,
  count: number,
  random: Random,
): Promise<SampledRows> {
  const { columns } = blocks;
  const chosen = drawRows(blocks, count, random);
  // As high as the feature blocks, so that the device can hold it.
  const table = await createRowTable(backend, count, columns, blocks.firstRow(1));
  try {
    await fill(backend, table, blocks, chosen);
  } catch (error) {
    table.dispose();
    throw error;
  }
  const gather = async (rows: readonly number[]): Promise<Float32Array> =>
    await blocks.gather(rows.map((row) => chosen[row]!));
  return { ...table, missing: undefined, missingIn: () => undefined, gather, gatherInto: undefined };
}

async function fill(
  backend: Backend,
  table: RowTable,
  { gather, gatherInto, columns }: ClusterRows,
  chosen: Uint32Array,
): Promise<void> {
  for (let block = 0; block < table.blockCount; block++) {
    const rows = chosen.subarray(table.firstRow(block), table.firstRow(block + 1));
    const matrix = await table.load(block);
    // Consecutive rows of a file are read together.
    if (gatherInto !== undefined) await gatherInto(rows, matrix);
    else {
      const values = await gather([...rows]);
      await backend.write(matrix, 0, values.length / columns, (into) => into.set(values));
    }
  }
}

/** Selection sampling (Knuth, The Art of Computer Programming 2, algorithm 3.4.2 S). */
function drawRows({ rows, missing }: ClusterRows, count: number, random: Random): Uint32Array {
  const chosen = new Uint32Array(count);
  let left = rows;
  if (missing !== undefined) for (const flag of missing) left -= flag;
  for (let row = 0, taken = 0; taken < count; row++) {
    if (missing?.[row] === 1) continue;
    if (random.uniform() * left < count - taken) chosen[taken++] = row;
    left--;
  }
  return chosen;
}
