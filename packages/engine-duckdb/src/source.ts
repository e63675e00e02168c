import type { IdIndex, InteractionSource } from "@wellbegun/core";
import { type PairsOptions, readBlocks } from "./blocks.ts";
import type { Session } from "./session.ts";

/** What a source says of itself. */
export interface SourceFacts {
  /** Bytes of memory that DuckDB keeps. */
  readonly heldBytes: number;
  readonly itemCount: number;
  readonly userIds: IdIndex | undefined;
  readonly itemIds: IdIndex | undefined;
}

/**
 * A table of sorted pairs as a source of blocks. It is read once here, for the degrees; memory holds 8 bytes an item, and
 * one block at a time while it is read.
 */
export async function tableSource(
  session: Session,
  table: string,
  options: PairsOptions,
  facts: SourceFacts,
): Promise<InteractionSource> {
  const blocks: InteractionSource["blocks"] = (limits) => readBlocks(session, table, options, limits);
  const itemDegrees = new Float64Array(facts.itemCount);
  let interactionCount = 0;
  let activeUsers = 0;
  for await (const { rows: users, offsets, items, weights } of blocks({ rows: 1 << 15, pairs: 1 << 20 })) {
    for (let e = 0; e < items.length; e++) itemDegrees[items[e]!]! += weights === undefined ? 1 : weights[e]!;
    for (let r = 0; r < users; r++) activeUsers += Number(offsets[r + 1]! > offsets[r]!);
    interactionCount += items.length;
  }
  return {
    ...facts,
    userCount: options.userCount,
    interactionCount,
    activeUsers,
    weighted: options.weighted || options.duplicates === "sum",
    itemDegrees,
    blocks,
  };
}
