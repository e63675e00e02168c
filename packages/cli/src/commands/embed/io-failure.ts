import { isWellbegunError, WellbegunError } from "@wellbegun/core";

/** An error of the file system as one of ours; errors of ours stay as they are. */
export function ioFailure(doing: string, at: string, cause: unknown): WellbegunError {
  if (isWellbegunError(cause)) return cause;
  const found = cause instanceof Error ? cause.message : String(cause);
  return new WellbegunError("io", {
    doing,
    expected: "a folder that can be read and written",
    found,
    at,
    cause,
  });
}
