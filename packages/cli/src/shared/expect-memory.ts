import { type Dataset, WellbegunError } from "@wellbegun/core";
import { type TrainOptions, trainingMemory } from "@wellbegun/train";
import { byteSize } from "../../shared/format.ts";
import { machineMemory } from "../../shared/machine-memory.ts";

/** Bytes that a run needs, and the limit. */
export interface MemoryNeed {
  readonly needed: number;
  readonly available: number;
}

/**
 * About how much memory training takes, before it starts.
 *
 * @param limit Bytes that it may take. Default: what the machine, or the container, has.
 * @throws {WellbegunError} `invalid-option` if it takes more than it may.
 */
export function expectMemory(
  data: Pick<Dataset, "train" | "features">,
  options: TrainOptions,
  limit: number | undefined,
): MemoryNeed {
  const needed = trainingMemory(data, options);
  const available = limit ?? machineMemory();
  if (needed <= available) return { needed, available };
  throw new WellbegunError("invalid-option", {
    doing: "training",
    expected: `at most ${byteSize(available)}, ${limit === undefined ? "what the machine has free" : "as --memory says"}`,
    found: `about ${byteSize(needed)} for ${data.train.userCount} users and ${data.train.itemCount} items`,
    at: "the memory that training takes",
    hint: "Take fewer columns (--dim), fewer modalities (--modalities), or a model that reads no features (--model lightgcn).",
  });
}
