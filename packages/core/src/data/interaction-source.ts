import { collectIds, type IdBlocks } from "./id-blocks.ts";
import type { IdIndex } from "./ids.ts";
import { type Interactions, itemDegrees } from "./interactions.ts";

/** The interactions of consecutive users in compressed-row form. */
export interface InteractionBlock {
  /** Row of the first user. */
  readonly firstRow: number;
  /** Number of users, at least 1; those without interactions count. */
  readonly rows: number;
  /** `rows` + 1 offsets into `items`, from 0 on. */
  readonly offsets: Uint32Array;
  /** Item row of each interaction, ascending within a user, each once. */
  readonly items: Uint32Array;
  /** Weight of each interaction (finite, > 0); all 1 when left out. */
  readonly weights?: Float32Array | undefined;
}

/** How interactions are cut into blocks. */
export interface BlockLimits {
  /** Most users in a block. */
  readonly rows: number;
  /** A block ends after the user with whom its interactions reach this number. */
  readonly pairs: number;
}

/**
 * Interactions that are read in blocks of users, so that they need not fit in memory: a database, a file, or arrays
 * ({@link interactionSource}). They are read several times, and every reading gives the same interactions.
 */
export interface InteractionSource {
  /** Number of users, U. Users without interactions count. */
  readonly userCount: number;
  /** Number of items, I. Items without interactions count. */
  readonly itemCount: number;
  /** Number of distinct pairs of a user and an item, E. */
  readonly interactionCount: number;
  /** Number of users with interactions. */
  readonly activeUsers: number;
  /** Whether blocks have weights. */
  readonly weighted: boolean;
  /** Degree of each item: the number of its users, or the sum of their weights. */
  readonly itemDegrees: Float64Array;
  /** Bytes that the source itself holds in memory, IDs apart; a plan within a memory bound counts them. */
  readonly heldBytes: number;
  /** Raw user IDs, in memory or read in blocks; left out where the rows are the IDs. */
  readonly userIds?: IdIndex | IdBlocks | undefined;
  /** Raw item IDs; left out where the rows are the IDs. */
  readonly itemIds?: IdIndex | undefined;
  /** All users in blocks, from the first to the last without gaps. A block is only valid until the next one. */
  blocks(limits: BlockLimits): Iterable<InteractionBlock> | AsyncIterable<InteractionBlock>;
}

/** Interactions in memory, or a source of blocks. */
export type AnyInteractions = Interactions | InteractionSource;

/** Bytes that interactions hold in memory, IDs apart. */
export function heldBytes(interactions: AnyInteractions): number {
  if (isSource(interactions)) return interactions.heldBytes;
  const { offsets, items, weights } = interactions;
  return offsets.byteLength + items.byteLength + (weights?.byteLength ?? 0);
}

/** Interactions as a source of blocks; a source itself is returned as it is. */
export function interactionSource(interactions: AnyInteractions): InteractionSource {
  if (isSource(interactions)) return interactions;
  const { userCount, itemCount, offsets, items, weights, userIds, itemIds } = interactions;
  let activeUsers = 0;
  for (let u = 0; u < userCount; u++) activeUsers += Number(offsets[u + 1]! > offsets[u]!);
  return {
    userCount,
    itemCount,
    interactionCount: items.length,
    activeUsers,
    weighted: weights !== undefined,
    itemDegrees: itemDegrees(interactions),
    heldBytes: heldBytes(interactions),
    userIds,
    itemIds,
    blocks: (limits) => interactionBlocks(interactions, limits),
  };
}

/** Whether interactions are a source of blocks. */
export function isSource(interactions: AnyInteractions): interactions is InteractionSource {
  return "blocks" in interactions;
}

/** Reads all interactions of a source into memory, and its IDs. */
export async function collectInteractions(source: AnyInteractions): Promise<Interactions> {
  if (!isSource(source)) return source;
  const { userCount, itemCount, interactionCount, weighted, itemIds } = source;
  const userIds = await collectIds(source.userIds);
  const offsets = new Uint32Array(userCount + 1);
  const items = new Uint32Array(interactionCount);
  const weights = weighted ? new Float32Array(interactionCount) : undefined;
  let length = 0;
  for await (const block of source.blocks({ rows: 1 << 15, pairs: 1 << 20 })) {
    for (let r = 0; r < block.rows; r++) offsets[block.firstRow + r + 1] = length + block.offsets[r + 1]!;
    items.set(block.items, length);
    weights?.set(block.weights!, length);
    length += block.items.length;
  }
  return { userCount, itemCount, offsets, items, weights, userIds, itemIds };
}

/** Interactions in memory in blocks of users, whose entries are views. */
export function* interactionBlocks(
  { userCount, offsets, items, weights }: Interactions,
  limits: BlockLimits,
): Generator<InteractionBlock> {
  for (let firstRow = 0; firstRow < userCount; ) {
    const most = Math.min(userCount, firstRow + limits.rows);
    const first = offsets[firstRow]!;
    let end = firstRow + 1;
    while (end < most && offsets[end]! - first < limits.pairs) end++;
    const last = offsets[end]!;
    yield {
      firstRow,
      rows: end - firstRow,
      offsets: firstRow === 0 ? offsets.subarray(0, end + 1) : relative(offsets, firstRow, end),
      items: items.subarray(first, last),
      weights: weights?.subarray(first, last),
    };
    firstRow = end;
  }
}

function relative(offsets: Uint32Array, first: number, end: number): Uint32Array {
  const start = offsets[first]!;
  const own = offsets.slice(first, end + 1);
  for (let r = 0; r < own.length; r++) own[r]! -= start;
  return own;
}
