/**
 * The command line as a function: what the program `wellbegun` does, in this process and with streams of the caller's.
 *
 * @module
 */
export type { Io, TextStream } from "./io.ts";
export { processIo } from "./io.ts";
export { run } from "./run.ts";
