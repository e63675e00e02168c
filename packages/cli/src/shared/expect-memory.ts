import { WellbegunError } from "@wellbegun/core";
import { byteSize } from "./format.ts";
import { machineMemory } from "./machine-memory.ts";

/** Bytes that a run needs, and the limit. */
export interface MemoryNeed {
  readonly needed: number;
  readonly available: number;
}

/** What the error says where memory does not suffice. */
export interface MemoryWords {
  /** What is being done, as a gerund. */
  readonly doing: string;
  /** What the memory is for. */
  readonly of: string;
  readonly hint: string;
}

/**
 * Compares what a run needs, before it starts, with what it may take.
 *
 * @param limit Bytes that it may take. Default: what the machine, or the container, has.
 * @throws {WellbegunError} `invalid-option` if it takes more than it may.
 */
export function expectMemory(
  needed: number,
  limit: number | undefined,
  { doing, of, hint }: MemoryWords,
): MemoryNeed {
  const available = limit ?? machineMemory();
  if (needed <= available) return { needed, available };
  throw new WellbegunError("invalid-option", {
    doing,
    expected: `at most ${byteSize(available)}, ${limit === undefined ? "what the machine has free" : "as --memory says"}`,
    found: `about ${byteSize(needed)} for ${of}`,
    at: `the memory that ${doing} takes`,
    hint,
  });
}
