import { WellbegunError } from "../../../errors.ts";
import type { Engine } from "./engine.ts";
import type { Heap } from "./heap.ts";
import { JobQueue, MAX_WORKERS } from "./job-queue.ts";
import { KERNEL_NAMES, type KernelName, type Kernels } from "./kernels.ts";
import { SCRATCH_BYTES } from "./layout.ts";
import { spawn, type Thread } from "./spawn.ts";

/** The parts of a pool. */
export interface PoolParts {
  readonly module: WebAssembly.Module;
  readonly heap: Heap;
  readonly kernels: Kernels;
  readonly threads: number;
  /** Total milliseconds of work after which the workers start; they are ready some 40 ms later. */
  readonly startAfter: number;
  /** Milliseconds of work that are not worth waking the other threads for. */
  readonly shareAfter: number;
  /** Milliseconds since any moment. Default: `performance.now`. */
  readonly now?: (() => number) | undefined;
}

/**
 * Kernels on several threads over shared memory. The caller's thread takes part, so a pool whose workers never
 * start is slower but correct; a call computes the same on every thread.
 */
export class Pool implements Engine {
  readonly heap: Heap;
  readonly threads: number;
  readonly kernels: Kernels;
  readonly #module: WebAssembly.Module;
  readonly #queue: JobQueue;
  readonly #startAfter: number;
  readonly #shareAfter: number;
  readonly #now: () => number;
  readonly #scratches: readonly number[];
  readonly #workers: Thread[] = [];
  /** Milliseconds that a call of each kernel took on the caller's thread in its last job. */
  readonly #paces: Map<KernelName, number> = new Map();
  #started = false;
  #worked = 0;
  #failure: unknown;
  #last: Promise<void> = Promise.resolve();

  private constructor(parts: PoolParts, queue: JobQueue, scratches: readonly number[]) {
    this.heap = parts.heap;
    this.threads = parts.threads;
    this.#module = parts.module;
    this.kernels = parts.kernels;
    this.#queue = queue;
    this.#startAfter = parts.startAfter;
    this.#shareAfter = parts.shareAfter;
    this.#now = parts.now ?? (() => performance.now());
    this.#scratches = scratches;
  }

  static async create(parts: PoolParts): Promise<Pool> {
    const scratches: number[] = [];
    for (let i = 1; i < parts.threads && i <= MAX_WORKERS; i++) {
      scratches.push(await parts.heap.allocate(SCRATCH_BYTES, "starting the wasm backend"));
    }
    return new Pool(parts, await JobQueue.create(parts.heap, KERNEL_NAMES), scratches);
  }

  /** One job at a time: the queue holds one. */
  async run(kernel: KernelName, calls: readonly (readonly number[])[], together: number = 1): Promise<void> {
    const before = this.#last;
    let end: () => void = () => {};
    this.#last = new Promise((resolve) => {
      end = resolve;
    });
    await before;
    try {
      await this.#runAlone(kernel, calls, together);
    } finally {
      end();
    }
  }

  /** Groups of calls that workers have run so far. */
  get helped(): number {
    return this.#queue.helped;
  }

  async dispose(): Promise<void> {
    await this.#last;
    this.#queue.stop();
    for (const worker of this.#workers) worker.terminate();
    this.heap.dispose();
  }

  async #runAlone(
    kernel: KernelName,
    calls: readonly (readonly number[])[],
    together: number,
  ): Promise<void> {
    const run = this.kernels[kernel];
    const fitting = calls.length === 0 ? 0 : this.#queue.groupsThatFit(calls[0]!.length, together);
    const began = this.#now();
    let at = 0;
    while (at < calls.length) {
      const now = this.#now();
      const groups = Math.ceil((calls.length - at) / together);
      if (this.#worked + now - began >= this.#startAfter) await this.#start();
      const expected = (this.#paces.get(kernel) ?? 0) * (calls.length - at);
      const worthwhile = Math.max(now - began, expected) >= this.#shareAfter;
      const shared = this.#workers.length > 0 && worthwhile && groups > 1 && fitting > 0;
      const end = Math.min(calls.length, at + (shared ? Math.min(fitting, groups) : 1) * together);
      let own = end - at;
      if (shared) {
        this.#queue.post(kernel, calls.slice(at, end), together);
        own = this.#queue.help(this.kernels);
      } else {
        for (let call = at; call < end; call++) run(...calls[call]!);
      }
      if (own > 0) this.#paces.set(kernel, (this.#now() - now) / own);
      if (shared) await this.#queue.finished(() => this.#failure);
      at = end;
    }
    this.#worked += this.#now() - began;
  }

  async #start(): Promise<void> {
    if (this.#started) return;
    this.#started = true;
    for (const [worker, scratch] of this.#scratches.entries()) {
      const message = {
        module: this.#module,
        memory: this.heap.memory,
        queue: this.#queue.address,
        word: this.#queue.workerWord(worker),
        scratch,
        names: KERNEL_NAMES,
      };
      try {
        this.#workers.push(spawn(message, (cause) => this.#lose(worker, cause)));
      } catch {
        // The caller's thread does the work of workers that cannot start.
        break;
      }
    }
    await Promise.all(this.#workers.map(({ launched }) => launched));
  }

  /** A worker that ends while it is idle, or before it is ready, loses no work. */
  #lose(worker: number, cause: unknown): void {
    if (!this.#queue.isBusy(worker)) return;
    this.#failure = new WellbegunError("unavailable", {
      doing: "running kernels on several threads",
      expected: "threads that run to the end",
      found: String(cause),
      hint: "wasm({ threads: 1 }) needs none.",
      cause,
    });
  }
}
