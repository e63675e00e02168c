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

/**
 * Whether IDs are in memory. What they hold decides, not their class: an engine that is imported beside the bundled program has a class
 * of its own.
 */
export function inMemory(ids: IdIndex | IdBlocks): ids is IdIndex {
  return "ids" in ids;
}

/** Reads all IDs into memory; an index is returned as it is. */
export async function collectIds(ids: IdIndex | IdBlocks | undefined): Promise<IdIndex | undefined> {
  if (ids === undefined || inMemory(ids)) return ids;
  const list: Id[] = [];
  for await (const block of ids.blocks()) for (const id of block) list.push(id);
  return new IdIndex(list);
}
