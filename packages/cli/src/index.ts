/**
 * The command line as a function: what the program `wellbegun` does, in this process and with streams of the caller's.
 *
 * @module
 */

export { run } from "./run.ts";
export type { Io, TextStream } from "./shared/io.ts";
export { processIo } from "./shared/io.ts";
