import { tmpdir } from "node:os";
import { join } from "node:path";
import { WellbegunError } from "@wellbegun/core";
import { throwIfAborted } from "@wellbegun/core/support";
import {
  type DuckdbChunk,
  type DuckdbConnection,
  type DuckdbInstance,
  type DuckdbResult,
  loadDuckdb,
} from "./duckdb.ts";
import { duckdbError } from "./failures.ts";
import { memoryLimit, OPENING, threadCount } from "./limits.ts";
import type { SessionOptions } from "./session-options.ts";
import { type TemporaryFolder, temporaryFolder } from "./temporary.ts";

/** Shares of the memory that DuckDB gets for its own data, while it sorts and while its tables are read. */
const SORTING: number = 5 / 8;
const READING: number = 1 / 8;
/** Milliseconds between two looks at the progress. */
const INTERVAL = 100;

/** One database in a temporary folder, with its operations. */
export class Session {
  readonly #folder: TemporaryFolder;
  readonly #instance: DuckdbInstance;
  readonly #connection: DuckdbConnection;
  readonly #options: SessionOptions;
  #closed = false;

  private constructor(
    folder: TemporaryFolder,
    instance: DuckdbInstance,
    connection: DuckdbConnection,
    options: SessionOptions,
  ) {
    this.#folder = folder;
    this.#instance = instance;
    this.#connection = connection;
    this.#options = options;
  }

  /**
   * Opens a database of its own.
   * @throws {WellbegunError} `unavailable` if DuckDB is not installed; `io` if there is no such folder; `invalid-option`.
   */
  static async open(options: SessionOptions): Promise<Session> {
    const { DuckDBInstance } = options.duckdb ?? (await loadDuckdb(OPENING));
    throwIfAborted(options, OPENING);
    const parent = options.temp ?? tmpdir();
    const folder = await temporaryFolder(parent).catch((cause: unknown) => {
      throw duckdbError(cause, "making a folder for temporary files", parent);
    });
    try {
      const instance = await DuckDBInstance.create(join(folder.path, "log.duckdb"), {
        memory_limit: memoryLimit(options.memory, SORTING),
        // Extensions are never installed without the user's choice; installed ones are loaded.
        autoinstall_known_extensions: "false",
        temp_directory: join(folder.path, "spill"),
        ...(options.threads !== undefined && { threads: threadCount(options.threads) }),
      });
      try {
        return new Session(folder, instance, await connect(instance), options);
      } catch (cause) {
        instance.closeSync();
        throw cause;
      }
    } catch (cause) {
      await folder.remove();
      throw duckdbError(cause, "starting DuckDB", parent);
    }
  }

  /** Executes a statement; `note` describes it in progress events. */
  async run(sql: string, note: string): Promise<void> {
    await this.#watched(note, () => this.#connection.run(sql));
  }

  /** The rows of a small result. */
  async rows(sql: string, note: string): Promise<readonly (readonly unknown[])[]> {
    return await this.#watched(note, async () => (await this.#connection.runAndReadAll(sql)).getRows());
  }

  /** The one row of a result. */
  async row(sql: string, note: string): Promise<readonly unknown[]> {
    return (await this.rows(sql, note))[0]!;
  }

  /** A path in the folder of temporary files. */
  path(name: string): string {
    return join(this.#folder.path, name);
  }

  /** Gives back the memory that reading sorted tables does not need; returns the bytes that remain DuckDB's. */
  async reduceMemory(): Promise<number> {
    const limit = memoryLimit(this.#options.memory, READING);
    await this.#connection.run(`set memory_limit = '${limit}'`).catch((cause: unknown) => {
      throw this.#failure(cause, "giving back the memory of sorting");
    });
    return Number.parseInt(limit, 10);
  }

  /**
   * A result as a stream of chunks of rows. DuckDB's package ends a result without an error where its query fails while it is
   * read, and where another query begins on its connection. Each result therefore has a connection of its own, and its rows are
   * counted.
   *
   * @param rows The number of rows that the result has.
   * @param reports Whether the query's progress is reported. Default: true.
   * @throws {WellbegunError} DuckDB's error where the query fails; `io` if there are more or fewer rows; `aborted`.
   */
  async *chunks(
    sql: string,
    note: string,
    rows: number,
    reports: boolean = true,
  ): AsyncGenerator<DuckdbChunk> {
    throwIfAborted(this.#options, note);
    const connection = await connect(this.#instance).catch((cause: unknown) => {
      throw this.#failure(cause, note);
    });
    const watch = reports ? this.#watch(note, connection) : undefined;
    let result: DuckdbResult | undefined;
    try {
      result = await connection.stream(sql);
      let read = 0;
      for (;;) {
        throwIfAborted(this.#options, note);
        const chunk = await nextChunk(result);
        if (chunk === undefined) break;
        read += chunk.rowCount;
        yield chunk;
      }
      result = undefined;
      if (read !== rows) throw await this.#shortage(connection, sql, note, `${rows} rows`, `${read}`);
      watch?.report(100);
    } catch (cause) {
      throw this.#failure(cause, note);
    } finally {
      watch?.end();
      await abandon(connection, result);
      connection.closeSync();
    }
  }

  /** Makes a table of one column of text or of 64-bit numbers. */
  async table(table: string, values: Iterable<string | bigint>, kind: "text" | "number"): Promise<void> {
    await this.run(`create table ${table} (id ${kind === "text" ? "varchar" : "bigint"})`, "taking IDs");
    const appender = await this.#connection.createAppender(table);
    for (const value of values) {
      if (typeof value === "string") appender.appendVarchar(value);
      else appender.appendBigInt(value);
      appender.endRow();
    }
    appender.closeSync();
  }

  /** Closes the database and removes its files; a second call does nothing. */
  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    this.#connection.closeSync();
    this.#instance.closeSync();
    await this.#folder.remove();
  }

  /** Runs a query, reports its start, its progress and its end, and interrupts it on an abort. */
  async #watched<T>(note: string, query: () => Promise<T>): Promise<T> {
    throwIfAborted(this.#options, note);
    const watch = this.#watch(note);
    try {
      const result = await query();
      watch.report(100);
      return result;
    } catch (cause) {
      throw this.#failure(cause, note);
    } finally {
      watch.end();
    }
  }

  /** Reports that a query begins, and its progress until `end`; an abort interrupts it. */
  #watch(note: string, connection = this.#connection): { report(done: number): void; end(): void } {
    const { signal, onProgress } = this.#options;
    const report = (done: number): void => onProgress?.({ stage: "load", done, total: 100, note });
    const look = (): void => {
      if (signal?.aborted === true) connection.interrupt();
      const { percentage } = connection.progress;
      if (percentage >= 0) report(Math.min(100, percentage));
    };
    const timer = signal === undefined && onProgress === undefined ? undefined : setInterval(look, INTERVAL);
    report(0);
    return { report, end: () => clearInterval(timer) };
  }

  /** Why a result has ended early. The query runs again for it, without its rows, since a stream does not say. */
  async #shortage(
    connection: DuckdbConnection,
    sql: string,
    note: string,
    expected: string,
    found: string,
  ): Promise<unknown> {
    throwIfAborted(this.#options, note);
    try {
      await connection.run(`explain analyze ${sql}`);
    } catch (cause) {
      return cause;
    }
    const at = `temporary files in ${this.#folder.path}`;
    return new WellbegunError("io", { doing: note, expected, found, at });
  }

  #failure(cause: unknown, note: string): WellbegunError {
    try {
      // The error of an interrupted query is caused by the abort.
      throwIfAborted(this.#options, note);
    } catch (aborted) {
      return aborted as WellbegunError;
    }
    return duckdbError(cause, note, `temporary files in ${this.#folder.path}`);
  }
}

/**
 * A connection in whose queries times without a zone are in UTC, and which computes their progress; DuckDB does so only if its
 * progress bar is enabled.
 */
async function connect(instance: DuckdbInstance): Promise<DuckdbConnection> {
  const connection = await instance.connect();
  await connection.run(
    "set TimeZone = 'UTC'; set enable_progress_bar = true; set enable_progress_bar_print = false; set progress_bar_time = 0",
  );
  return connection;
}

/**
 * Ends a result that is not read to its end. Until then it holds the database's files open, whose space on the disk would
 * not be free after their removal.
 */
async function abandon(connection: DuckdbConnection, result: DuckdbResult | undefined): Promise<void> {
  if (result === undefined) return;
  connection.interrupt();
  // An interrupted result ends as if it had been read, or with an error.
  try {
    while ((await nextChunk(result)) !== undefined);
  } catch {}
}

/** The next chunk that has rows; undefined at the end, where DuckDB returns null or, again and again, a chunk without rows. */
async function nextChunk(result: DuckdbResult): Promise<DuckdbChunk | undefined> {
  const chunk = await result.fetchChunk();
  return chunk === null || chunk.rowCount === 0 ? undefined : chunk;
}
