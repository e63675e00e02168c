import { type Id, IdIndex } from "./ids.ts";

/**
 * Raw IDs that are read in blocks, so that they need not fit in memory: all distinct, and all text or all numbers. They are read
 * several times, and every reading gives the same IDs.
 */
export interface IdBlocks {
  /** Number of IDs. */
  readonly size: number;
  /** The IDs in row order. */
  blocks(): Iterable<readonly Id[]> | AsyncIterable<readonly Id[]>;
}

/** Reads all IDs into memory; an index is returned as it is. */
export async function collectIds(ids: IdIndex | IdBlocks | undefined): Promise<IdIndex | undefined> {
  if (ids === undefined || ids instanceof IdIndex) return ids;
  const list: Id[] = [];
  for await (const block of ids.blocks()) for (const id of block) list.push(id);
  return new IdIndex(list);
}
