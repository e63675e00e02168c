import type { Heap } from "./heap.ts";
import type { KernelName, Kernels } from "./kernels.ts";

/** A typed array that can be copied into the kernels' memory. */
export type Plain = Float32Array | Float64Array | Uint32Array | Int32Array | Uint8Array;

/** Runs kernels; with threads, in any order and at the same time. */
export interface Engine {
  readonly heap: Heap;
  readonly threads: number;
  /** The kernels on the caller's thread, for calls too short to share. */
  readonly kernels: Kernels;
  /**
   * Runs `kernel` once for each list of arguments. Every `together` consecutive calls run in their order on one
   * thread; otherwise calls must not depend on each other, and none may write memory that another uses.
   */
  run(kernel: KernelName, calls: readonly (readonly number[])[], together?: number): Promise<void>;
  /** Ends all threads and gives up the memory. */
  dispose(): Promise<void>;
}

/** Blocks of memory that live as long as one operation. */
export class Temporaries {
  readonly #heap: Heap;
  readonly #doing: string;
  readonly #addresses: number[] = [];

  constructor(heap: Heap, doing: string) {
    this.#heap = heap;
    this.#doing = doing;
  }

  /** A block with undefined content. */
  async allocate(bytes: number): Promise<number> {
    const address = await this.#heap.allocate(bytes, this.#doing);
    this.#addresses.push(address);
    return address;
  }

  /** A block of zeros. */
  async zeros(bytes: number): Promise<number> {
    const address = await this.#heap.allocateZeros(bytes, this.#doing);
    this.#addresses.push(address);
    return address;
  }

  /** A copy of `values`; 0 for undefined, which kernels read as "none". */
  async copy(values: Plain | undefined): Promise<number> {
    if (values === undefined) return 0;
    const address = await this.allocate(values.byteLength);
    this.#heap
      .u8(address, values.byteLength)
      .set(new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
    return address;
  }

  release(): void {
    for (const address of this.#addresses) this.#heap.release(address);
  }
}

/** Runs `operation` with temporaries that are released when it ends. */
export async function withTemporaries<T>(
  heap: Heap,
  doing: string,
  operation: (temporaries: Temporaries) => Promise<T>,
): Promise<T> {
  const temporaries = new Temporaries(heap, doing);
  try {
    return await operation(temporaries);
  } finally {
    temporaries.release();
  }
}
