import { isWellbegunError, WellbegunError } from "@wellbegun/core";

const reasons: Readonly<Record<string, string>> = {
  EACCES: "no permission",
  EADDRINUSE: "a port in use",
  EBUSY: "a folder in use, such as a mount point",
  EDQUOT: "no quota left",
  EISDIR: "a folder",
  EMFILE: "too many open files",
  ENOENT: "nothing there",
  ENOSPC: "no space left on the disk",
  ENOTDIR: "a file where a folder should be",
  EPERM: "no permission",
  EROFS: "a read-only file system",
};

/** The system's code of an error, such as `ENOENT`, if it has one. */
export function systemCode(error: unknown): string | undefined {
  const code: unknown =
    typeof error === "object" && error !== null && "code" in error ? error.code : undefined;
  return typeof code === "string" ? code : undefined;
}

/**
 * Wraps an error of the file system as an `io` error, which says in words what was found: nothing there, no permission, a full disk.
 * A `WellbegunError` passes through unchanged.
 *
 * @param doing What was being done, as a gerund.
 * @param expected What should have been at the path.
 * @param hint What to do about it.
 */
export function ioError(
  doing: string,
  expected: string,
  path: string,
  cause: unknown,
  hint?: string,
): WellbegunError {
  if (isWellbegunError(cause)) return cause;
  const code = systemCode(cause);
  const reason = code === undefined ? undefined : reasons[code];
  const message = cause instanceof Error ? cause.message : String(cause);
  const found = reason === undefined ? message : `${reason} (${code})`;
  return new WellbegunError("io", {
    doing,
    expected,
    found,
    at: path,
    cause,
    ...(hint === undefined ? {} : { hint }),
  });
}
