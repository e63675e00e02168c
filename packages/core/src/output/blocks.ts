import type { Matrix } from "../backend/backend.ts";
import type { BlockLimits } from "../data/interaction-source.ts";
import type { Run } from "../pipeline/run.ts";
import { checkpoint } from "../progress.ts";
import type { Terms } from "../stages/aggregate.ts";
import { type FusedBlock, type FuseInput, openFusion } from "../stages/fuse/fuse.ts";

/** Consecutive rows of the tables, as the terms of each modality. */
export interface RowTerms {
  readonly firstRow: number;
  readonly rows: number;
  readonly terms: readonly Terms[];
}

/** The rows that passes go through: all users, or all items. */
export interface TableRows {
  /** Name of the fused table; those by modality are `<name>.<modality>`. */
  readonly name: "users" | "items";
  readonly count: number;
  readonly modalities: readonly FuseInput[];
  /** Whether a table is made for each modality as well. */
  readonly perModality: boolean;
  /** All rows, in order; read once for each pass. */
  blocks(limits: BlockLimits): AsyncIterable<RowTerms> | Iterable<RowTerms>;
}

/** Uses one block of all tables. Returns a function that passes the block to the sink, or undefined if there is nothing to pass. */
export type UseBlock = (block: FusedBlock, firstRow: number) => Promise<(() => Promise<void>) | undefined>;

/**
 * Goes through the rows block by block, in order. Where blocks are in host memory, one is passed to the sink
 * (which may write files on other threads) while the next is made, so two blocks alternate.
 */
export async function eachBlock(
  { backend, combination, memory, observer }: Run,
  { name, count: total, modalities, perModality, blocks }: TableRows,
  stage: "aggregate" | "export",
  use: UseBlock,
): Promise<void> {
  const { tableBlockRows, tableBlockPairs, gatherRows } = memory;
  const fusion = await openFusion(backend, modalities, { combination, perModality, gatherRows });
  const takeTurns = backend.capabilities.hostMemory === true;
  let turn = 0;
  let handing: Promise<void> = Promise.resolve();
  try {
    for await (const { firstRow, rows, terms } of blocks({ rows: tableBlockRows, pairs: tableBlockPairs })) {
      await checkpoint(observer, "making the tables");
      const handOver = await use(await fusion.make(terms, rows, turn), firstRow);
      await handing;
      if (handOver !== undefined) {
        handing = handOver();
        // An error is thrown where the promise is awaited; until then it must not count as unhandled.
        handing.catch(() => undefined);
        if (takeTurns) turn = 1 - turn;
        else await handing;
      }
      // Only users report progress: the items' part is short, and would set the stage's progress back.
      if (name === "users") observer.onProgress?.({ stage, done: firstRow + rows, total });
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
