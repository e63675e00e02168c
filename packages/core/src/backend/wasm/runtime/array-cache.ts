import type { Plain } from "./engine.ts";
import type { Heap } from "./heap.ts";

/** Bytes of copies kept between operations. Copying an array again costs little beside the product that reads it. */
const MAX_BYTES: number = 64 * 2 ** 20;

interface Copy {
  address: number;
  readonly bytes: number;
  users: number;
  /** Whether it is kept for later operations. */
  readonly kept: boolean;
  /** The array was collected, so the copy will not be used again. */
  orphaned: boolean;
}

/**
 * Copies of the caller's arrays in the kernels' memory, found again by the identity of the array, so that the
 * blocks of one sparse matrix share one copy of its entries. A copy is kept from the second use of its array on, since
 * the arrays of a matrix that serves one step of training never come again. It is released when its array is collected,
 * when the cache is full, or with the backend.
 */
export class ArrayCache {
  readonly #heap: Heap;
  readonly #maxBytes: number;
  readonly #copies: WeakMap<Plain, Copy> = new WeakMap();
  readonly #seen: WeakSet<Plain> = new WeakSet();
  /** All copies, least recently used first. */
  readonly #order: Set<Copy> = new Set();
  readonly #collected: FinalizationRegistry<Copy>;
  #bytes = 0;

  /** Above `maxBytes`, the least recently used copies are released. */
  constructor(heap: Heap, maxBytes: number = MAX_BYTES) {
    this.#heap = heap;
    this.#maxBytes = maxBytes;
    this.#collected = new FinalizationRegistry((copy) => {
      copy.orphaned = true;
      this.#evict();
    });
  }

  /** Runs `use` with the address of a copy of each array, 0 for those left out. */
  async with<T>(
    arrays: readonly (Plain | undefined)[],
    doing: string,
    use: (addresses: number[]) => Promise<T>,
  ): Promise<T> {
    const held: Copy[] = [];
    try {
      const addresses: number[] = [];
      for (const array of arrays) {
        if (array === undefined) {
          addresses.push(0);
          continue;
        }
        const copy = await this.#copyOf(array, doing);
        held.push(copy);
        addresses.push(copy.address);
      }
      return await use(addresses);
    } finally {
      for (const copy of held) {
        copy.users--;
        if (!copy.kept) this.#heap.release(copy.address);
      }
      this.#evict();
    }
  }

  async #copyOf(array: Plain, doing: string): Promise<Copy> {
    const known = this.#copies.get(array);
    if (known !== undefined && known.address !== 0) {
      known.users++;
      this.#order.delete(known);
      this.#order.add(known);
      return known;
    }
    const address = await this.#heap.allocate(array.byteLength, doing);
    const bytes = new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
    this.#heap.u8(address, array.byteLength).set(bytes);
    const kept = this.#seen.has(array);
    const copy: Copy = { address, bytes: array.byteLength, users: 1, kept, orphaned: false };
    if (!kept) {
      this.#seen.add(array);
      return copy;
    }
    this.#copies.set(array, copy);
    this.#collected.register(array, copy);
    this.#order.add(copy);
    this.#bytes += copy.bytes;
    return copy;
  }

  #evict(): void {
    for (const copy of this.#order) {
      if (copy.users === 0 && (copy.orphaned || this.#bytes > this.#maxBytes)) this.#drop(copy);
    }
  }

  #drop(copy: Copy): void {
    if (!this.#order.delete(copy)) return;
    this.#heap.release(copy.address);
    this.#bytes -= copy.bytes;
    copy.address = 0;
  }
}
