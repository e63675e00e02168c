import type { SplitInteractions } from "@wellbegun/adapters/columns";
import { type AnyInteractions, type InteractionSource, isSource } from "@wellbegun/core";
import { type DuckdbLog, type DuckdbLogOptions, openLog } from "./log.ts";

/** A log whose train interactions stay in DuckDB's temporary files. Close it when done. */
export interface StreamedLog extends SplitInteractions<InteractionSource> {
  /** Number of train pairs that also occur in validation, and in test. */
  readonly overlap: { readonly validation: number; readonly test: number };
  /** Ends DuckDB and removes its temporary files; closing twice does nothing. */
  close(): Promise<void>;
}

/**
 * The interactions of a log in memory, split by split: what `readInteractions` of `@wellbegun/adapters/columns`
 * does, from logs of any size, and also from CSV and JSON lines. JavaScript memory holds 4 bytes for each
 * interaction (8 with weights) and 4 for each user, besides the IDs.
 *
 * @throws {WellbegunError} as {@link openLog}.
 */
export async function readLog(options: DuckdbLogOptions): Promise<SplitInteractions> {
  const log = await openLog(options);
  try {
    return await splitInteractions(log, await log.interactions("train"));
  } finally {
    await log.close();
  }
}

/**
 * As {@link readLog}, but the train interactions are a source that `fitInto` reads in blocks of users, and their user IDs are read
 * in blocks too: of them, memory holds 8 bytes an item, the item IDs and one block. Held-out interactions are in memory, with
 * an index of the user IDs.
 *
 * @throws {WellbegunError} as {@link openLog}.
 */
export async function streamLog(options: DuckdbLogOptions): Promise<StreamedLog> {
  const log = await openLog(options);
  try {
    const splits = await splitInteractions(log, await log.source("train"));
    const { validation, test } = splits;
    return {
      ...splits,
      overlap: {
        validation: validation === undefined ? 0 : await log.overlap("validation"),
        test: test === undefined ? 0 : await log.overlap("test"),
      },
      close: () => log.close(),
    };
  } catch (error) {
    await log.close();
    throw error;
  }
}

/** Train interactions with the held-out ones, which are in memory. */
async function splitInteractions<Train extends AnyInteractions>(
  log: DuckdbLog,
  train: Train,
): Promise<SplitInteractions<Train>> {
  const has = (split: "validation" | "test"): boolean => log.splits.includes(split);
  const validation = has("validation") ? await log.interactions("validation") : undefined;
  const test = has("test") ? await log.interactions("test") : undefined;
  const inTrain = isSource(train) ? train.interactionCount : train.items.length;
  const merged = inTrain + (validation?.items.length ?? 0) + (test?.items.length ?? 0);
  return {
    train,
    ...(validation && { validation }),
    ...(test && { test }),
    repeatedRows: log.rows - merged,
  };
}
