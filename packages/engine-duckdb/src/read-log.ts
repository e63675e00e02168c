import type { SplitInteractions } from "@wellbegun/adapters/columns";
import { collectInteractions, type InteractionSource } from "@wellbegun/core";
import { type DuckdbLogOptions, openLog } from "./log.ts";

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
  const { overlap: _, close, train, ...others } = await streamLog(options);
  try {
    return { train: await collectInteractions(train), ...others };
  } finally {
    await close();
  }
}

/**
 * As {@link readLog}, but the train interactions are a source that `fitInto` reads in blocks of users: of them, memory
 * holds 8 bytes an item and one block. Held-out interactions are in memory.
 *
 * @throws {WellbegunError} as {@link openLog}.
 */
export async function streamLog(options: DuckdbLogOptions): Promise<StreamedLog> {
  const log = await openLog(options);
  try {
    const has = (split: "validation" | "test"): boolean => log.splits.includes(split);
    const train = await log.source("train");
    const validation = has("validation") ? await log.interactions("validation") : undefined;
    const test = has("test") ? await log.interactions("test") : undefined;
    const merged = train.interactionCount + (validation?.items.length ?? 0) + (test?.items.length ?? 0);
    return {
      train,
      ...(validation && { validation }),
      ...(test && { test }),
      repeatedRows: log.rows - merged,
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
