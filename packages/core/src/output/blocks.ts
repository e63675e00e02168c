import type { Matrix } from "../backend/backend.ts";
import type { Run } from "../pipeline/run.ts";
import { checkpoint } from "../progress.ts";
import { type FusedBlock, type FuseInput, openFusion, type TableFactors } from "../stages/fuse/fuse.ts";

/** The rows that passes go through: all users, or all items. */
export interface TableRows {
  /** Name of the fused table; those by modality are `<name>.<modality>`. */
  readonly name: "users" | "items";
  readonly count: number;
  readonly modalities: readonly FuseInput[];
  /** Whether a table is made for each modality as well. */
  readonly perModality: boolean;
}

/**
 * Makes one block of all tables. Returns a function that passes the block to the sink, or undefined if there is
 * nothing to pass.
 */
export type UseBlock = (
  make: (factors: TableFactors) => Promise<FusedBlock>,
  firstRow: number,
) => Promise<(() => Promise<void>) | undefined>;

/**
 * Goes through the rows block by block, in order. Where blocks are in host memory, one is passed to the sink
 * (which may write files on other threads) while the next is made, so two blocks alternate.
 */
export async function eachBlock(
  { backend, combination, memory, observer }: Run,
  { name, count: total, modalities, perModality }: TableRows,
  stage: "aggregate" | "export",
  use: UseBlock,
): Promise<void> {
  const { tableBlockRows, gatherRows } = memory;
  const fusion = await openFusion(backend, modalities, { combination, perModality, gatherRows });
  const takeTurns = backend.capabilities.hostMemory === true;
  let turn = 0;
  let handing: Promise<void> = Promise.resolve();
  try {
    for (let firstRow = 0; firstRow < total; firstRow += tableBlockRows) {
      await checkpoint(observer, "making the tables");
      const count = Math.min(tableBlockRows, total - firstRow);
      const handOver = await use((factors) => fusion.make(firstRow, count, factors, turn), firstRow);
      await handing;
      if (handOver !== undefined) {
        handing = handOver();
        // An error is thrown where the promise is awaited; until then it must not count as unhandled.
        handing.catch(() => undefined);
        if (takeTurns) turn = 1 - turn;
        else await handing;
      }
      // Only users report progress: the items' part is short, and would set the stage's progress back.
      if (name === "users") observer.onProgress?.({ stage, done: firstRow + count, total });
    }
    await handing;
  } finally {
    // The sink may still read the last block, whose memory belongs to the fusion.
    await handing.catch(() => undefined);
    fusion.dispose();
  }
}

/** The matrices of a block with the names of their tables. */
export function namedTables(name: string, { fused, perModality }: FusedBlock): [string, Matrix][] {
  const ofModalities = Object.entries(perModality).map(([modality, matrix]): [string, Matrix] => [
    `${name}.${modality}`,
    matrix,
  ]);
  return [[name, fused], ...ofModalities];
}
