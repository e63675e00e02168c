import type { Observer } from "@wellbegun/core";
import { namesOf } from "@wellbegun/core/support";
import type { DuckdbModule } from "./duckdb.ts";

/** DuckDB's resources, and the hooks that observe it. */
export interface SessionOptions extends Observer {
  /**
   * Memory of the process while DuckDB works: a number of bytes, or text such as `4GB`. DuckDB gets five eighths of it
   * for its data, since it needs more than it counts, and an eighth once the log is sorted and only read. Data beyond
   * that are written to temporary files. A result in arrays needs further memory. Default: `2GB`.
   */
  readonly memory?: number | string | undefined;
  /** An existing folder for temporary files, which are removed at the end. Default: the system's folder. */
  readonly temp?: string | undefined;
  /** Number of threads. Default: the number of processors. */
  readonly threads?: number | undefined;
  /** The package `@duckdb/node-api`. Default: imported when needed. */
  readonly duckdb?: DuckdbModule | undefined;
}

/** The names of a session's options. */
export const sessionOptionNames: readonly string[] = namesOf<SessionOptions>({
  memory: true,
  temp: true,
  threads: true,
  duckdb: true,
  signal: true,
  onProgress: true,
});
