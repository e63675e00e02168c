import { nodeWorkerSource, webWorkerSource } from "./worker-source.ts";

/** A running thread. */
export interface Thread {
  /**
   * Resolves when the thread runs, has failed, or takes long, where its start requires turns of the event loop: a browser does
   * not load a worker while the page that created it keeps computing.
   */
  readonly launched: Promise<void>;
  terminate(): void;
}

/** Milliseconds that a browser has to start a worker; it usually takes some twenty. */
const LAUNCH_MS = 1000;

/** The part of worker_threads (in Node, Deno and Bun) that is used. */
interface NodeWorker {
  postMessage(message: unknown): void;
  on(event: "error", listener: (error: unknown) => void): void;
  unref(): void;
  terminate(): Promise<unknown>;
}
interface NodeModules {
  "node:worker_threads": { Worker: new (source: string, options: { eval: true }) => NodeWorker };
  "node:os": { availableParallelism(): number };
}

/** Node's own module, without an import that bundlers would follow. */
function nodeModule<N extends keyof NodeModules>(name: N): NodeModules[N] | undefined {
  const { process } = globalThis as {
    process?: { getBuiltinModule?: (name: N) => NodeModules[N] | undefined };
  };
  return process?.getBuiltinModule?.(name);
}

/** Why this runtime cannot start threads, if it cannot. */
export function threadProblem(): string | undefined {
  if (nodeModule("node:worker_threads") !== undefined || typeof globalThis.Worker === "function")
    return undefined;
  return "neither node:worker_threads nor Worker is there";
}

/** Number of processors that this process may use; 1 where unknown. */
export function processors(): number {
  const known = (globalThis as { navigator?: { hardwareConcurrency?: number } }).navigator;
  return nodeModule("node:os")?.availableParallelism() ?? known?.hardwareConcurrency ?? 1;
}

/**
 * Starts a thread and hands it `message`. It does not keep the process alive. `onError` is called for a thread
 * that could not start or that died.
 */
export function spawn(message: unknown, onError: (error: unknown) => void): Thread {
  const node = nodeModule("node:worker_threads");
  if (node !== undefined) {
    const worker = new node.Worker(nodeWorkerSource, { eval: true });
    worker.on("error", onError);
    worker.unref();
    worker.postMessage(message);
    return { launched: Promise.resolve(), terminate: () => void worker.terminate() };
  }
  const address = URL.createObjectURL(new Blob([webWorkerSource], { type: "text/javascript" }));
  const worker = new Worker(address);
  const launched = new Promise<void>((resolve) => {
    worker.onmessage = () => resolve();
    worker.onerror = (event) => {
      onError(event.error ?? event.message);
      resolve();
    };
    setTimeout(resolve, LAUNCH_MS);
  });
  (worker as { unref?: () => void }).unref?.();
  worker.postMessage(message);
  return {
    launched,
    terminate: () => {
      worker.terminate();
      URL.revokeObjectURL(address);
    },
  };
}
