import type { SplitInteractions } from "@wellbegun/adapters/columns";
import { type DuckdbLogOptions, openLog } from "./log.ts";

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
    const train = await log.interactions("train");
    const validation = log.splits.includes("validation") ? await log.interactions("validation") : undefined;
    const test = log.splits.includes("test") ? await log.interactions("test") : undefined;
    const merged = [train, validation, test].reduce((sum, part) => sum + (part?.items.length ?? 0), 0);
    return {
      train,
      ...(validation && { validation }),
      ...(test && { test }),
      repeatedRows: log.rows - merged,
    };
  } finally {
    await log.close();
  }
}
