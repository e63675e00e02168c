import type { Backend } from "../backend/backend.ts";
import type { Observer } from "../progress.ts";
import type { MethodOptions } from "./method-options.ts";

/** Options of {@link fit}: those of the method, and where and how it runs. */
export interface FitOptions extends MethodOptions, RunOptions {}

/** Where and how a fit runs. These options do not change the tables beyond rounding. */
export interface RunOptions extends Observer {
  /**
   * The backend. Default: `wasm()` where the runtime accepts it, else `cpu()`, disposed of at the end. A
   * backend that is passed in stays open.
   */
  readonly backend?: Backend | undefined;
  /**
   * Bytes that the run may hold: the backend's matrices, and the stages' own arrays. Default: the backend's own
   * limit. As many rows of the features as fit stay in memory; the others are read again for each pass.
   */
  readonly memory?: number | undefined;
  /** Whether to make a table of users for each modality as well. Default: true. */
  readonly perModality?: boolean | undefined;
}

/** Options of {@link fitInto}. */
export interface FitIntoOptions extends FitOptions {
  /**
   * Whether to build the initializer, which holds every modality's items in memory. Default: true. Without projection
   * that is another copy of the features.
   */
  readonly initializer?: boolean | undefined;
}
