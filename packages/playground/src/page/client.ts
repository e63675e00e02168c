import type { ProgressEvent } from "@wellbegun/core";
import type { CallName, Calls, Source, WorkerMessage } from "../protocol.ts";

/** Thrown by a call that was canceled. */
export class Canceled extends Error {}

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
  readonly #onProgress: (event: ProgressEvent) => void;

  constructor(onProgress: (event: ProgressEvent) => void) {
    this.#onProgress = onProgress;
    // Its code is loaded before the first call.
    this.#worker = startWorker();
  }

  /** Opens a dataset, which later calls work on. */
  async open(source: Source): Promise<Calls["open"]["output"]> {
    const info = await this.#post("open", source);
    this.#source = source;
    this.#opened = true;
    return info;
  }

  async call<K extends Exclude<CallName, "open">>(
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
    this.#ending.abort(new Canceled("Canceled."));
    this.#ending = new AbortController();
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
    this.#worker ??= startWorker();
    const worker = this.#worker;
    const start = performance.now();
    return new Promise((resolve, reject) => {
      signal.addEventListener("abort", () => reject(signal.reason), { once: true });
      worker.onmessage = ({ data }: MessageEvent<WorkerMessage>) => {
        if (data.type === "progress") this.#onProgress(data.event);
        else if (data.type === "done") {
          performance.measure(call, { start });
          // The worker answers a call with the call's own output.
          resolve(data.output as Calls[K]["output"]);
        } else reject(new Error(data.message));
      };
      worker.onerror = ({ message }) => reject(new Error(message || "The worker could not start."));
      worker.postMessage({ call, input });
    });
  }
}

function startWorker(): Worker {
  return new Worker(new URL("../worker/worker.ts", import.meta.url), { type: "module" });
}
