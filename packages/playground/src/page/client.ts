import type { ProgressEvent } from "@wellbegun/core";
import type { CallName, Calls, Source, WorkerMessage } from "../protocol.ts";

/** Thrown by a call that was cancelled. */
export class Cancelled extends Error {}

/**
 * The worker as functions, one call at a time. Cancelling ends the worker, so that a cancelled run leaves nothing behind; the next
 * call starts another one and opens the dataset again.
 */
export class Client {
  #worker: Worker | undefined;
  #source: Source | undefined;
  #opened = false;
  #reject: ((error: Error) => void) | undefined;
  readonly #onProgress: (event: ProgressEvent) => void;

  constructor(onProgress: (event: ProgressEvent) => void) {
    this.#onProgress = onProgress;
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
    this.#reject?.(new Cancelled("Cancelled."));
  }

  #post<K extends CallName>(call: K, input: Calls[K]["input"]): Promise<Calls[K]["output"]> {
    this.#worker ??= new Worker(new URL("../worker/worker.ts", import.meta.url), { type: "module" });
    const worker = this.#worker;
    return new Promise((resolve, reject) => {
      this.#reject = reject;
      worker.onmessage = ({ data }: MessageEvent<WorkerMessage>) => {
        if (data.type === "progress") this.#onProgress(data.event);
        // The worker answers a call with the call's own output.
        else if (data.type === "done") resolve(data.output as Calls[K]["output"]);
        else reject(new Error(data.message));
      };
      worker.onerror = ({ message }) => reject(new Error(message || "The worker could not start."));
      worker.postMessage({ call, input });
    });
  }
}
