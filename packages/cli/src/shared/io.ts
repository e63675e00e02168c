import type { Writable } from "node:stream";

/** A stream that may be a terminal. */
export type TextStream = Writable & { readonly isTTY?: boolean | undefined };

/** Where a run of the command line writes, and how it is stopped. */
export interface Io {
  /** Results, and nothing else. */
  readonly stdout: TextStream;
  /** Progress and errors. */
  readonly stderr: TextStream;
  /** `NO_COLOR`, `FORCE_COLOR`, `TERM` and `CI` are read. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Stops the run between two units of work; nothing half-written is left. Default: never. */
  readonly signal?: AbortSignal | undefined;
  /** Has `cleanup` called, synchronously, if the process ends before the run does. Default: nothing is called. */
  readonly atExit?: ((cleanup: () => void) => void) | undefined;
}

/** The streams and the environment of this process. */
export function processIo(signal?: AbortSignal): Io {
  return {
    stdout: process.stdout,
    stderr: process.stderr,
    env: process.env,
    signal,
    atExit: (cleanup) => process.on("exit", cleanup),
  };
}
