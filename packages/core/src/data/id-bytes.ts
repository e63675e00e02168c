import { type IdBlocks, inMemory } from "./id-blocks.ts";
import type { IdIndex } from "./ids.ts";

/** Bytes of an element of a growing array, half of which may be spare, and of the table by which rows are found. */
const SLOT_BYTES: number = 12 + 32 / 3;
/** Bytes of a text or a bigint besides its letters or digits. */
const HEADER_BYTES = 16;
const DIGIT_BYTES = 8;

/**
 * Bytes that IDs take in memory, rounded up: an element of an array, what finds its row, and for text and bigints an object on the
 * heap, as V8 lays it out (text of Latin letters 1 byte a letter, other text 2, in steps of 8). IDs that are read in
 * blocks take none.
 */
export function idBytes(ids: IdIndex | IdBlocks | undefined): number {
  if (ids === undefined || !inMemory(ids)) return 0;
  let bytes = SLOT_BYTES * ids.size;
  for (const id of ids.ids) {
    if (typeof id === "string") bytes += HEADER_BYTES + 8 * Math.ceil((id.length * letterBytes(id)) / 8);
    else if (typeof id === "bigint") bytes += HEADER_BYTES + DIGIT_BYTES;
  }
  return bytes;
}

function letterBytes(text: string): number {
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) > 0xff) return 2;
  return 1;
}
