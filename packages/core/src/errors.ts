/**
 * Typed errors. Every error that wellbegun throws on purpose is a {@link WellbegunError}; its message says what
 * was being done, what was expected and what was found, and where.
 */

/**
 * What kind of thing went wrong.
 *
 * - `invalid-option`: an option has a value that is not allowed, or options contradict each other.
 * - `invalid-data`: the data break a rule (NaN in a feature, an ID out of range, an empty train split).
 * - `mismatch`: two things that must agree do not (row counts, IDs, widths, checksums).
 * - `format`: bytes are not what their format promises (truncated, wrong magic, unsupported dtype).
 * - `unavailable`: a backend, device or optional package is not there.
 * - `limit`: something is too large for the device or the format.
 * - `aborted`: the caller's signal was aborted.
 * - `disposed`: an object was used after it had been released.
 * - `io`: reading or writing failed (the reason is in `cause`).
 */
export type ErrorCode =
  | "invalid-option"
  | "invalid-data"
  | "mismatch"
  | "format"
  | "unavailable"
  | "limit"
  | "aborted"
  | "disposed"
  | "io";

/** The parts of an error's message. */
export interface ErrorParts {
  /** What was being done, as a gerund: "reading the train split". */
  readonly doing: string;
  /** What should have been there. */
  readonly expected: string;
  /** What was there instead. */
  readonly found: string;
  /** The place at fault: a file, row, column, modality or option. */
  readonly at?: string;
  /** What the user can do about it: a command or an option. */
  readonly hint?: string;
  /** The error that led to this one. */
  readonly cause?: unknown;
}

// A registered symbol, not instanceof: two copies of this package in one tree must recognize each other's errors.
const marker: symbol = Symbol.for("wellbegun.error");

/** An error with a code, a place, and a message made of {@link ErrorParts}. */
export class WellbegunError extends Error {
  /** What kind of thing went wrong. */
  readonly code: ErrorCode;
  /** The file, row, column, modality or option at fault, if there is one. */
  readonly at: string | undefined;
  /** What to do about it, if that is known. */
  readonly hint: string | undefined;

  constructor(code: ErrorCode, parts: ErrorParts) {
    const place = parts.at === undefined ? "" : ` (${parts.at})`;
    const hint = parts.hint === undefined ? "" : ` ${parts.hint}`;
    super(
      `${capitalize(parts.doing)}: expected ${parts.expected}, found ${parts.found}${place}.${hint}`,
      parts.cause === undefined ? undefined : { cause: parts.cause },
    );
    this.name = "WellbegunError";
    Object.defineProperty(this, marker, { value: true });
    this.code = code;
    this.at = parts.at;
    this.hint = parts.hint;
  }
}

/** Whether `error` is a {@link WellbegunError}, also one made by another copy of this package. */
export function isWellbegunError(error: unknown): error is WellbegunError {
  return typeof error === "object" && error !== null && (error as Record<symbol, unknown>)[marker] === true;
}

function capitalize(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
