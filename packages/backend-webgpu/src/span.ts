import type { PooledBuffer } from "./buffer-pool.ts";
import { sizeError } from "./device-errors.ts";
import type { DeviceLimits } from "./limits.ts";

/** A part of a buffer, as a kernel gets it: bytes `offset .. offset + size - 1`, of which `skip` come too early. */
export interface Span {
  readonly buffer: PooledBuffer;
  /** A multiple of the device's alignment. */
  readonly offset: number;
  readonly size: number;
  /** Bytes between `offset` and the start of the part. */
  readonly skip: number;
}

/** Bytes `from .. from + bytes - 1` of a buffer. */
export function spanOf(buffer: PooledBuffer, from: number, bytes: number, limits: DeviceLimits): Span {
  const skip = from % limits.alignment;
  // A binding must not be empty, even if the kernel does not read it.
  return { buffer, offset: from - skip, size: Math.max(4, bytes + skip), skip };
}

/** Some consecutive rows (or elements). */
export interface Block {
  readonly first: number;
  readonly count: number;
}

/**
 * Cuts rows into blocks of which a kernel can see every array at once.
 *
 * @param rowBytes Bytes of a row in each of the arrays.
 * @throws {WellbegunError} `limit` if not even one row can be seen.
 */
export function rowBlocks(
  doing: string,
  rows: number,
  rowBytes: readonly number[],
  limits: DeviceLimits,
): readonly Block[] {
  const widest = Math.max(1, ...rowBytes);
  if (rows * widest <= limits.binding) return rows === 0 ? [] : [{ first: 0, count: rows }];
  const most = Math.floor((limits.binding - limits.alignment) / widest);
  if (most < 1) {
    throw sizeError(doing, "a row", widest, "maxStorageBufferBindingSize", limits.binding - limits.alignment);
  }
  const blocks: Block[] = [];
  for (let first = 0; first < rows; first += most) {
    blocks.push({ first, count: Math.min(most, rows - first) });
  }
  return blocks;
}

/** Throws `limit` unless a kernel can see an array of so many bytes at once. */
export function expectVisible(doing: string, what: string, bytes: number, limits: DeviceLimits): void {
  if (bytes <= limits.binding) return;
  throw sizeError(doing, what, bytes, "maxStorageBufferBindingSize", limits.binding);
}
