import type { Assignment, Backend, Capabilities, Matrix } from "../../src/backend/index.ts";
import { cpu } from "../../src/index.ts";

/** How {@link watchedBackend} behaves differently from the portable backend that it wraps. */
export interface WatchOptions {
  readonly capabilities?: Capabilities;
  /** Called before each operation with its number (from 0) and name; what it throws, the operation throws. */
  readonly before?: (operation: number, name: string) => void;
}

/** The portable backend under observation. */
export interface WatchedBackend {
  readonly backend: Backend;
  /** Matrices and assignments that were created and not disposed of. */
  live(): number;
  /** Operations so far. */
  operations(): number;
  /** The most bytes that were held in matrices at once. */
  peakBytes(): number;
  /** The largest matrix that was created, in bytes. */
  largestBytes(): number;
}

/** Wraps the portable backend so that tests see what is created, freed and called. */
export function watchedBackend({ capabilities, before }: WatchOptions = {}): WatchedBackend {
  const inner = cpu();
  const live = new Map<Matrix | Assignment, number>();
  let operations = 0;
  let held = 0;
  let peak = 0;
  let largest = 0;

  const track = (handle: Matrix | Assignment, bytes: number): void => {
    const dispose = handle.dispose.bind(handle);
    live.set(handle, bytes);
    held += bytes;
    peak = Math.max(peak, held);
    largest = Math.max(largest, bytes);
    handle.dispose = () => {
      held -= live.get(handle) ?? 0;
      live.delete(handle);
      dispose();
    };
  };
  const call = async (name: string, operation: object, args: unknown[]): Promise<unknown> => {
    before?.(operations, name);
    operations++;
    const result: unknown = await Reflect.apply(operation as () => unknown, inner, args);
    if (name === "create") track(result as Matrix, 4 * (args[0] as number) * (args[1] as number));
    if (name === "createAssignment") track(result as Assignment, 0);
    return result;
  };
  const backend = new Proxy(inner, {
    get(target, name: string) {
      if (name === "capabilities") return capabilities ?? target.capabilities;
      const member: unknown = Reflect.get(target, name);
      if (typeof member !== "function") return member;
      return (...args: unknown[]) => call(name, member, args);
    },
  });
  return {
    backend,
    live: () => live.size,
    operations: () => operations,
    peakBytes: () => peak,
    largestBytes: () => largest,
  };
}
