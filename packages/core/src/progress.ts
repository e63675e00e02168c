import { WellbegunError } from "./errors.ts";

/** The stages in the order in which data passes through them. */
export type Stage =
  | "load"
  | "prepare"
  | "cluster"
  | "combine"
  | "project"
  | "aggregate"
  | "scale"
  | "recommend"
  | "evaluate"
  | "export";

/** One step of progress inside a stage. */
export interface ProgressEvent {
  /** The stage that is running. */
  readonly stage: Stage;
  /** The modality concerned, where the stage runs once per modality. */
  readonly modality?: string;
  /** Units done, from 0 to `total`. */
  readonly done: number;
  /** Units in all; what a unit is depends on the stage (rows, restarts, users). */
  readonly total: number;
  /** A short note for the user, such as "restart 2, iteration 14, 31 rows moved". */
  readonly note?: string;
}

/** The part of the platform's `AbortSignal` that core uses, so that its types depend on neither the DOM nor Node. */
export interface AbortSignalLike {
  readonly aborted: boolean;
  readonly reason?: unknown;
}

/** How a long-running call reports progress and how it is stopped. */
export interface Observer {
  /** Called often as work progresses; keep it cheap. */
  readonly onProgress?: ((event: ProgressEvent) => void) | undefined;
  /** Checked between units of work; when aborted, the call throws an `aborted` error. */
  readonly signal?: AbortSignalLike | undefined;
}

/** Whether somebody watches a call, so that it has to let the event loop turn. */
export function isWatched(observer: Observer | undefined): boolean {
  return observer?.signal !== undefined || observer?.onProgress !== undefined;
}

/** Most milliseconds for which the event loop of an observer is blocked. */
const patience = 25;
let turned = 0;

/**
 * Throws an `aborted` {@link WellbegunError} if the observer's signal was aborted. With an observer, it also
 * yields to the event loop at intervals: on the CPU all promises settle at once, so without it no timer, signal
 * handler or paint would run until the end.
 */
export async function checkpoint(observer: Observer | undefined, doing: string): Promise<void> {
  if (isWatched(observer) && performance.now() - turned > patience) {
    await new Promise<void>((resolve) => setTimeout(resolve, 0));
    turned = performance.now();
  }
  throwIfAborted(observer, doing);
}

/** Throws an `aborted` {@link WellbegunError} if the observer's signal was aborted. */
export function throwIfAborted(observer: Observer | undefined, doing: string): void {
  if (observer?.signal?.aborted !== true) return;
  throw new WellbegunError("aborted", {
    doing,
    expected: "to run to the end",
    found: "an aborted signal",
    cause: observer.signal.reason,
  });
}
