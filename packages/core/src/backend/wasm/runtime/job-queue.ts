import type { Heap } from "./heap.ts";
import type { KernelName, Kernels } from "./kernels.ts";

/** Numbers (float64) that the arguments of one job may take. */
const CAPACITY: number = 1 << 18;
/**
 * Words (int32) of the queue's head; worker-source.ts uses the same layout. From `workers` on, one word for
 * each worker.
 */
const WORDS = {
  next: 0,
  limit: 1,
  done: 2,
  stop: 3,
  kernel: 4,
  width: 5,
  together: 6,
  first: 7,
  calls: 8,
  helped: 9,
  workers: 16,
};
const HEAD_BYTES = 1024;
/** Most workers that the queue has words for. */
export const MAX_WORKERS: number = HEAD_BYTES / 4 - WORDS.workers;

/**
 * The job in shared memory that threads share. Groups of calls carry tickets from a count that
 * never goes back; a thread that raises `next` below `limit` has claimed a group of the present job, and a new
 * job is only written once every ticket is done. So every group runs exactly once, on any thread.
 */
export class JobQueue {
  readonly address: number;
  readonly #words: Int32Array;
  readonly #arguments: Float64Array;
  readonly #names: readonly KernelName[];

  private constructor(heap: Heap, address: number, names: readonly KernelName[]) {
    this.address = address;
    this.#names = names;
    this.#words = heap.i32(address, HEAD_BYTES / 4);
    this.#arguments = heap.f64(address + HEAD_BYTES, CAPACITY);
  }

  static async create(heap: Heap, names: readonly KernelName[]): Promise<JobQueue> {
    const address = await heap.allocateZeros(HEAD_BYTES + CAPACITY * 8, "starting the wasm backend");
    return new JobQueue(heap, address, names);
  }

  /** How many whole groups of `together` calls with `width` arguments fit one job. */
  groupsThatFit(width: number, together: number): number {
    return Math.floor(CAPACITY / (width * together));
  }

  /** Writes a job and wakes all threads. */
  post(kernel: KernelName, calls: readonly (readonly number[])[], together: number): void {
    const width = calls[0]!.length;
    for (let i = 0; i < calls.length; i++) this.#arguments.set(calls[i]!, i * width);
    const words = this.#words;
    words[WORDS.kernel] = this.#names.indexOf(kernel);
    words[WORDS.width] = width;
    words[WORDS.together] = together;
    words[WORDS.calls] = calls.length;
    const first = words[WORDS.limit]!;
    words[WORDS.first] = first;
    Atomics.store(words, WORDS.limit, (first + Math.ceil(calls.length / together)) | 0);
    Atomics.notify(words, WORDS.limit);
  }

  /** Runs groups of the present job on the caller's thread until every group is claimed; returns the number of calls. */
  help(kernels: Kernels): number {
    const words = this.#words;
    let calls = 0;
    for (;;) {
      const ticket = Atomics.load(words, WORDS.next);
      if (ticket === Atomics.load(words, WORDS.limit)) return calls;
      if (Atomics.compareExchange(words, WORDS.next, ticket, (ticket + 1) | 0) !== ticket) continue;
      const run = kernels[this.#names[words[WORDS.kernel]!]!];
      const together = words[WORDS.together]!;
      const from = ((ticket - words[WORDS.first]!) | 0) * together;
      const to = Math.min(from + together, words[WORDS.calls]!);
      const width = words[WORDS.width]!;
      for (let call = from; call < to; call++) {
        run(...this.#arguments.subarray(call * width, (call + 1) * width));
      }
      calls += to - from;
      Atomics.add(words, WORDS.done, 1);
    }
  }

  /**
   * Waits until every claimed group is done. Throws the result of `failure` if there is one, since a dead
   * worker finishes nothing.
   */
  async finished(failure: () => unknown): Promise<void> {
    const words = this.#words;
    for (let spins = 0; ; spins++) {
      const done = Atomics.load(words, WORDS.done);
      if (done === words[WORDS.limit]) return;
      if (spins < (mayBlock ? SPINS : PAGE_SPINS)) continue;
      await waitForChange(words, WORDS.done, done);
      const error = failure();
      if (error !== undefined) throw error;
    }
  }

  /** The word in which a worker says that it may hold a claim. */
  workerWord(worker: number): number {
    return WORDS.workers + worker;
  }

  /** Whether a worker may hold a claim, so that its end leaves a job unfinished. */
  isBusy(worker: number): boolean {
    return Atomics.load(this.#words, this.workerWord(worker)) !== 0;
  }

  /** Groups that workers have run so far. */
  get helped(): number {
    return Atomics.load(this.#words, WORDS.helped);
  }

  /** Tells all threads to end. */
  stop(): void {
    Atomics.store(this.#words, WORDS.stop, 1);
    Atomics.notify(this.#words, WORDS.limit);
  }
}

/** Number of loads before the thread sleeps; groups are short, so the last one is usually done by then. */
const SPINS = 20_000;
/** The same, a few milliseconds, where the thread may not sleep: to wait for an event takes longer than most operations. */
const PAGE_SPINS = 1_000_000;
const PATIENCE_MS = 50;

/** Whether the thread may sleep, as far as known: the main thread of a page must not. */
let mayBlock = true;

/** `Atomics.waitAsync`, where the runtime has it. */
const { waitAsync } = Atomics as {
  waitAsync?: (
    words: Int32Array,
    index: number,
    value: number,
    timeout: number,
  ) => { readonly async: boolean; readonly value: string | Promise<string> };
};

/** Sleeps until the word changes, and sometimes yields to the event loop, which reports the end of a worker. */
async function waitForChange(words: Int32Array, index: number, value: number): Promise<void> {
  if (mayBlock) {
    try {
      if (Atomics.wait(words, index, value, PATIENCE_MS) !== "timed-out") return;
    } catch {
      mayBlock = false;
    }
  }
  if (!mayBlock && waitAsync !== undefined) {
    await waitAsync(words, index, value, PATIENCE_MS).value;
    return;
  }
  await new Promise<void>((resolve) => setTimeout(resolve, 0));
}
