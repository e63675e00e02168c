import { ioError } from "@wellbegun/adapters/node";
import type { WellbegunError } from "@wellbegun/core";

/** An error of the file system as one of ours; errors of ours stay as they are. */
export function ioFailure(doing: string, at: string, cause: unknown): WellbegunError {
  return ioError(doing, "a folder that can be read and written", at, cause);
}
