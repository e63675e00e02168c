import type { CallName, Calls, NamedFile, Source, StopMessage, WorkerMessage } from "../protocol.ts";
import workerModule from "../worker/worker.ts?worker&url";
import { startModuleWorker } from "./module-worker.ts";

/** Thrown by a call that was canceled. */
export class Canceled extends Error {}

/** What the worker reports while it works on a call. */
export type Report = Exclude<WorkerMessage, { readonly type: "done" | "failed" }>;

/**
 * The worker as functions. Calls are answered one after the other, and measured under their names (`performance.measure`).
 * Canceling ends the worker, so that a canceled run leaves nothing behind; the next call starts another one and opens the
 * dataset again.
 */
export class Client {
  #worker: Worker | undefined;
  /** Settles when the worker is free. */
  #free: Promise<unknown> = Promise.resolve();
  #source: Source | undefined;
  #opened = false;
  /** Aborted to end all calls that wait or run. */
  #ending = new AbortController();
  readonly #onReport: (report: Report) => void;
  readonly #onEnd: () => void;

  /** @param onEnd Called when a worker has ended, with all that it held. */
  constructor(onReport: (report: Report) => void, onEnd: () => void) {
    this.#onReport = onReport;
    this.#onEnd = onEnd;
    // Its code is loaded before the first call.
    const worker = startModuleWorker(workerModule);
    worker.onerror = () => this.#drop(worker);
    this.#worker = worker;
  }

  /** Opens a dataset, which later calls work on. */
  async open(source: Source): Promise<Calls["open"]["output"]> {
    const info = await this.#post("open", source);
    this.#source = source;
    this.#opened = true;
    return info;
  }

  /** Opens a bundle in place of a dataset. */
  async view(files: readonly NamedFile[]): Promise<Calls["view"]["output"]> {
    const result = await this.#post("view", files);
    this.#source = undefined;
    return result;
  }

  async call<K extends Exclude<CallName, "open" | "view">>(
    name: K,
    input: Calls[K]["input"],
  ): Promise<Calls[K]["output"]> {
    if (!this.#opened && this.#source !== undefined) await this.open(this.#source);
    return this.#post(name, input);
  }

  /** Ends the call in progress, and its worker with all of its memory. */
  cancel(): void {
    this.#worker?.terminate();
    this.#worker = undefined;
    this.#opened = false;
    this.#onEnd();
    this.#ending.abort(new Canceled("Canceled."));
    this.#ending = new AbortController();
  }

  /** Asks the training in progress to end with the best vectors so far; its call is answered as usual. */
  stop(): void {
    this.#worker?.postMessage({ call: "stop" } satisfies StopMessage);
  }

  /** Ends a worker that failed, which answers no more: the next call starts another one. */
  #drop(worker: Worker): void {
    worker.terminate();
    if (this.#worker !== worker) return;
    this.#worker = undefined;
    this.#opened = false;
    this.#onEnd();
  }

  #post<K extends CallName>(call: K, input: Calls[K]["input"]): Promise<Calls[K]["output"]> {
    const { signal } = this.#ending;
    const ask = () => this.#ask(call, input, signal);
    const answer = this.#free.then(ask, ask);
    this.#free = answer;
    return answer;
  }

  #ask<K extends CallName>(
    call: K,
    input: Calls[K]["input"],
    signal: AbortSignal,
  ): Promise<Calls[K]["output"]> {
    signal.throwIfAborted();
    this.#worker ??= startModuleWorker(workerModule);
    const worker = this.#worker;
    const start = performance.now();
    return new Promise((resolve, reject) => {
      // Taken off once the call has ended: it would keep the answer, which may be a whole table.
      const settled = new AbortController();
      const refuse = (reason: unknown): void => {
        settled.abort();
        reject(reason);
      };
      signal.addEventListener("abort", () => refuse(signal.reason), { signal: settled.signal });
      worker.onmessage = ({ data }: MessageEvent<WorkerMessage>) => {
        if (data.type === "done") {
          performance.measure(call, { start });
          settled.abort();
          // The worker answers a call with the call's own output.
          resolve(data.output as Calls[K]["output"]);
        } else if (data.type === "failed") refuse(new Error(data.message));
        else this.#onReport(data);
      };
      worker.onerror = ({ message }) => {
        this.#drop(worker);
        refuse(new Error(message || "The worker could not start."));
      };
      worker.postMessage({ call, input });
    });
  }
}
