import { type ErrorCode, isWellbegunError, WellbegunError } from "@wellbegun/core";
import { messageOf } from "@wellbegun/core/backend";

/** DuckDB's messages and the errors that they become. The first matching pattern applies. */
const meanings: readonly {
  readonly pattern: RegExp;
  readonly code: ErrorCode;
  readonly expected: string;
  readonly hint?: string;
}[] = [
  {
    pattern: /max_temp_directory_size|No space left|disk is full|failed to (offload|write)/i,
    code: "limit",
    expected: "room on the disk for temporary files",
    hint: "Name a folder on a larger disk as the option temp, or give more memory.",
  },
  {
    pattern: /Out of Memory|could not allocate|memory limit/i,
    code: "limit",
    expected: "enough memory",
    hint: "Give more with the option memory, or fewer threads.",
  },
  {
    pattern: /No files found|Could not read|Permission denied|No such file|Cannot open file|IO Error/i,
    code: "io",
    expected: "readable files",
  },
  {
    pattern:
      /Invalid Input Error|Conversion Error|CSV Error|Malformed|magic bytes|TProtocol|Parser Error.*JSON/i,
    code: "format",
    expected: "files as their format promises",
  },
];

/**
 * Wraps an error of DuckDB as a `WellbegunError`; a `WellbegunError` passes through.
 *
 * @param at The files or folder concerned.
 */
export function duckdbError(cause: unknown, doing: string, at: string): WellbegunError {
  if (isWellbegunError(cause)) return cause;
  const found = messageOf(cause);
  const meaning = meanings.find(({ pattern }) => pattern.test(found));
  return new WellbegunError(meaning?.code ?? "io", {
    doing,
    expected: meaning?.expected ?? "DuckDB to do its work",
    found: found.length > 400 ? `${found.slice(0, 400)}…` : found,
    at,
    cause,
    ...(meaning?.hint !== undefined && { hint: meaning.hint }),
  });
}
