import type { SplitInteractions } from "@wellbegun/adapters/columns";
import { type DuckdbLogOptions, openLog } from "./log.ts";

/**
 * The interactions of a log in memory, split by split: what `readInteractions` of `@wellbegun/adapters/columns` does, from
 * logs of any size, and from CSV and JSON lines too. In JavaScript lie 4 bytes an interaction (8 with weights) and 4 a user,
 * beside the IDs.
 *
 * @throws {WellbegunError} as {@link openLog}.
 */
export async function readLog(options: DuckdbLogOptions): Promise<SplitInteractions> {
  const log = await openLog(options);
  try {
    const train = await log.interactions("train");
    return {
      train,
      ...(log.splits.includes("validation") && { validation: await log.interactions("validation") }),
      ...(log.splits.includes("test") && { test: await log.interactions("test") }),
    };
  } finally {
    await log.close();
  }
}
