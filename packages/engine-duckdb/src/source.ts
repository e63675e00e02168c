import type { IdBlocks, IdIndex, InteractionSource } from "@wellbegun/core";
import type { PairsFile } from "./pairs-file.ts";

/** What a source says of itself. */
export interface SourceFacts {
  /** Bytes of memory that DuckDB keeps. */
  readonly heldBytes: number;
  readonly userCount: number;
  readonly itemCount: number;
  readonly weighted: boolean;
  readonly userIds: IdBlocks | undefined;
  readonly itemIds: IdIndex | undefined;
}

/** Pairs in files as a source of blocks: memory holds 8 bytes an item, and one block at a time while it is read. */
export function pairsSource(pairs: PairsFile, facts: SourceFacts): InteractionSource {
  return { ...facts, ...pairs.totals, blocks: (limits) => pairs.blocks(limits) };
}
