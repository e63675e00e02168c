import { WellbegunError } from "../../../errors.ts";
import { roundUp } from "./layout.ts";

const PAGE = 65536;
/** Maximum pages, tried in order: 4 GB, or less where the runtime cannot reserve that address space. */
const MAX_PAGES: readonly number[] = [65536, 32768, 16384];
/** One cache line: the alignment of every block, and the gap between blocks. */
const LINE = 64;
/** Initial pages: enough for small data, so that memory need not grow, which would trigger a garbage collection. */
const INITIAL_PAGES = 512;
/** Least growth, so that small blocks do not each cause one. */
const GROWTH_PAGES = 256;

/**
 * Blocks of the kernels' linear memory. Free blocks are kept sorted by address and merged with their neighbors.
 *
 * Growing memory that is not shared detaches every view on it, so growth waits until no view is lent out.
 */
export class Heap {
  #memory: WebAssembly.Memory | undefined;
  readonly #shared: boolean;
  readonly #maxPages: number;
  readonly #sizes: Map<number, number> = new Map();
  /** `[address, bytes]` of the free blocks, ascending, never adjacent. */
  #free: [address: number, bytes: number][] = [];
  #end: number;
  /** Memory from this address on was never allocated and holds zeros. */
  #fresh: number = LINE;
  #lent = 0;
  #lending = 0;
  #waiting: (() => void)[] = [];
  /** Sets bytes to 0; the kernels' own once there are kernels, since typed arrays are slow where memory is shared. */
  #zero: (address: number, bytes: number) => void = (address, bytes) => this.u8(address, bytes).fill(0);

  constructor(shared: boolean) {
    this.#shared = shared;
    [this.#memory, this.#maxPages] = reserve(shared);
    this.#end = this.#memory.buffer.byteLength;
    this.#free.push([LINE, this.#end - LINE]);
  }

  /** Bytes that all blocks together may take; an eighth is reserved for fragments and temporaries. */
  get capacity(): number {
    return this.#maxPages * PAGE * 0.875;
  }

  /** The memory itself; throws `disposed` in an operation that still runs when the backend ends. */
  get memory(): WebAssembly.Memory {
    if (this.#memory !== undefined) return this.#memory;
    throw new WellbegunError("disposed", {
      doing: "using WebAssembly memory",
      expected: "a backend that was not disposed",
      found: "a disposed one",
    });
  }

  /** Gives up the memory with everything in it. */
  dispose(): void {
    this.#memory = undefined;
    this.#sizes.clear();
    this.#free = [];
  }

  /** Zeroes memory by a kernel from now on. */
  zeroBy(kernel: (address: number, bytes: number) => void): void {
    this.#zero = kernel;
  }

  /** Sets `bytes` bytes to 0. */
  zero(address: number, bytes: number): void {
    this.#zero(address, bytes);
  }

  /** A block of at least `bytes` bytes with undefined content. */
  async allocate(bytes: number, doing: string): Promise<number> {
    const size = Math.max(LINE, roundUp(bytes, LINE)) + LINE;
    let address = this.#take(size);
    while (address === undefined) {
      await this.#grow(size, doing);
      address = this.#take(size);
    }
    this.#fresh = Math.max(this.#fresh, address + size);
    return address;
  }

  /** A block of zeros. Memory that was never used is zero already and is not written. */
  async allocateZeros(bytes: number, doing: string): Promise<number> {
    const size = Math.max(LINE, roundUp(bytes, LINE)) + LINE;
    while (this.#find(size) === undefined) await this.#grow(size, doing);
    const fresh = this.#fresh;
    const address = this.#take(size)!;
    this.#fresh = Math.max(fresh, address + size);
    if (address < fresh) this.zero(address, Math.min(size, fresh - address));
    return address;
  }

  /** Gives a block back; unknown addresses are ignored. */
  release(address: number): void {
    const size = this.#sizes.get(address);
    if (size === undefined) return;
    this.#sizes.delete(address);
    let at = this.#free.findIndex(([start]) => start > address);
    if (at < 0) at = this.#free.length;
    this.#free.splice(at, 0, [address, size]);
    this.#merge(at);
    if (at > 0) this.#merge(at - 1);
  }

  /** Lends a view for as long as `use` runs. */
  async lend<T>(address: number, length: number, use: (view: Float32Array) => T | Promise<T>): Promise<T> {
    this.#lent++;
    try {
      this.#lending++;
      let result: T | Promise<T>;
      try {
        result = use(this.f32(address, length));
      } finally {
        this.#lending--;
      }
      return await result;
    } finally {
      this.#lent--;
      if (this.#lent === 0) for (const wake of this.#waiting.splice(0)) wake();
    }
  }

  u8(address: number, length: number): Uint8Array {
    return new Uint8Array(this.memory.buffer, address, length);
  }

  u32(address: number, length: number): Uint32Array {
    return new Uint32Array(this.memory.buffer, address, length);
  }

  i32(address: number, length: number): Int32Array {
    return new Int32Array(this.memory.buffer, address, length);
  }

  f32(address: number, length: number): Float32Array {
    return new Float32Array(this.memory.buffer, address, length);
  }

  f64(address: number, length: number): Float64Array {
    return new Float64Array(this.memory.buffer, address, length);
  }

  /** The smallest free block that fits, so that large ones stay whole. */
  #find(size: number): number | undefined {
    let best: number | undefined;
    for (let i = 0; i < this.#free.length; i++) {
      const bytes = this.#free[i]![1];
      if (bytes >= size && (best === undefined || bytes < this.#free[best]![1])) best = i;
    }
    return best;
  }

  #take(size: number): number | undefined {
    const at = this.#find(size);
    if (at === undefined) return undefined;
    const block = this.#free[at]!;
    const address = block[0];
    if (block[1] === size) this.#free.splice(at, 1);
    else this.#free[at] = [address + size, block[1] - size];
    this.#sizes.set(address, size);
    return address;
  }

  #merge(at: number): void {
    const block = this.#free[at];
    const next = this.#free[at + 1];
    if (block === undefined || next === undefined || block[0] + block[1] !== next[0]) return;
    block[1] += next[1];
    this.#free.splice(at + 1, 1);
  }

  async #grow(size: number, doing: string): Promise<void> {
    if (!this.#shared && this.#lending > 0) {
      throw new WellbegunError("limit", {
        doing,
        expected: "memory to grow only while no array of it is lent out",
        found: `a request for ${size} bytes from within a fill or use callback`,
        hint: "Create matrices before calling write or read.",
      });
    }
    while (!this.#shared && this.#lent > 0) {
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
    if (this.#find(size) !== undefined) return;
    const last = this.#free.at(-1);
    const reusable = last !== undefined && last[0] + last[1] === this.#end ? last[1] : 0;
    const needed = Math.ceil((size - reusable) / PAGE);
    if (!this.#tryGrow(Math.max(needed, GROWTH_PAGES)) && !this.#tryGrow(needed)) {
      throw new WellbegunError("limit", {
        doing,
        expected: `${size} bytes of WebAssembly memory`,
        found: `${this.#end} bytes in use or fragmented, of at most ${this.#maxPages * PAGE}`,
        hint: "Read the features in smaller blocks, or dispose of matrices earlier.",
      });
    }
    const start = this.#end;
    this.#end = this.memory.buffer.byteLength;
    this.#free.push([start, this.#end - start]);
    this.#merge(this.#free.length - 2);
  }

  #tryGrow(pages: number): boolean {
    try {
      this.memory.grow(pages);
      return true;
    } catch {
      return false;
    }
  }
}

function reserve(shared: boolean): [memory: WebAssembly.Memory, maxPages: number] {
  let cause: unknown;
  for (const maximum of MAX_PAGES) {
    try {
      return [new WebAssembly.Memory({ initial: INITIAL_PAGES, maximum, shared }), maximum];
    } catch (error) {
      cause = error;
    }
  }
  throw new WellbegunError("limit", {
    doing: "starting the wasm backend",
    expected: `room for ${MAX_PAGES.at(-1)! * PAGE} bytes of WebAssembly memory`,
    found: String(cause),
    cause,
  });
}
