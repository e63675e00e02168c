import type { PooledBuffer } from "./buffer-pool.ts";

/** Arrays that cross to the device. */
export type Plain = Float32Array | Uint32Array | Int32Array;

/** The functions of its owner that the cache uses. */
interface Owner {
  readonly pool: { release(buffer: PooledBuffer): void };
  acquire(doing: string, bytes: number): Promise<PooledBuffer>;
  send(doing: string, buffer: PooledBuffer, array: Plain): void;
}

/** Most bytes of copies kept between operations; the least recently used go first. */
const MAX_BYTES = 512 * 2 ** 20;

interface Copy {
  readonly buffer: PooledBuffer;
  users: number;
}

/**
 * Copies of the caller's arrays on the device, found again by the identity of the array, so that the blocks of
 * one sparse matrix share one copy of its entries. All copies are released with the last matrix on the device,
 * and single ones when their array is collected or the cache is full.
 */
export class ArrayCache {
  readonly #owner: Owner;
  readonly #copies: WeakMap<Plain, Copy> = new WeakMap();
  /** All copies, least recently used first. */
  readonly #order: Set<Copy> = new Set();
  readonly #collected: FinalizationRegistry<Copy>;
  #bytes = 0;

  constructor(owner: Owner) {
    this.#owner = owner;
    this.#collected = new FinalizationRegistry((copy) => this.#drop(copy));
  }

  /** Runs `use` with the copy of each array. */
  async with<T>(
    doing: string,
    arrays: readonly Plain[],
    use: (copies: readonly PooledBuffer[]) => Promise<T>,
  ): Promise<T> {
    const held: Copy[] = [];
    try {
      for (const array of arrays) held.push(await this.#copyOf(doing, array));
      return await use(held.map(({ buffer }) => buffer));
    } finally {
      for (const copy of held) copy.users--;
      this.#evict();
    }
  }

  /** Drops every copy that is not in use. */
  clear(): void {
    for (const copy of this.#order) if (copy.users === 0) this.#drop(copy);
  }

  async #copyOf(doing: string, array: Plain): Promise<Copy> {
    const known = this.#copies.get(array);
    if (known !== undefined && this.#order.delete(known)) {
      known.users++;
      this.#order.add(known);
      return known;
    }
    const buffer = await this.#owner.acquire(doing, array.byteLength);
    if (array.length > 0) this.#owner.send(doing, buffer, array);
    const copy: Copy = { buffer, users: 1 };
    this.#copies.set(array, copy);
    this.#collected.register(array, copy);
    this.#order.add(copy);
    this.#bytes += buffer.size;
    return copy;
  }

  #evict(): void {
    for (const copy of this.#order) {
      if (this.#bytes <= MAX_BYTES) return;
      if (copy.users === 0) this.#drop(copy);
    }
  }

  #drop(copy: Copy): void {
    if (!this.#order.delete(copy)) return;
    this.#bytes -= copy.buffer.size;
    this.#owner.pool.release(copy.buffer);
  }
}
