import { WellbegunError } from "../errors.ts";

/**
 * The caller's own `import()`. A runtime resolves packages from the file that contains the `import()`, and
 * under pnpm core does not see the peers of packages that depend on it. So the call must be in the caller's
 * file. The name must not be a literal, or bundlers require a package that is optional.
 */
export type ImportModule = (name: string) => Promise<Readonly<Record<string, unknown>>>;

/** What {@link importPeer} says in its error for a missing package. */
export interface PeerRequest {
  /** What needs the package, as a gerund: "starting the onnx backend". */
  readonly doing: string;
  /** The command that installs it. Default: `npm install` with its name. */
  readonly install?: string | undefined;
  /** Further advice for the user. Default: none. */
  readonly help?: string | undefined;
}

/**
 * Loads an optional package at the call, never earlier.
 *
 * @param importModule `(name) => import(name)` in a file of the caller's package.
 * @throws {WellbegunError} `unavailable` with the install command, if the package is missing or does not load;
 * the error of `import` is the `cause`.
 */
export async function importPeer(
  importModule: ImportModule,
  name: string,
  { doing, install = `npm install ${name}`, help }: PeerRequest,
): Promise<Readonly<Record<string, unknown>>> {
  try {
    return await importModule(name);
  } catch (cause) {
    throw new WellbegunError("unavailable", {
      doing,
      expected: `the package ${name}`,
      found: isAbsence(cause) ? "no such package" : `one that does not load: ${messageOf(cause)}`,
      hint: `Install it: ${install}${help === undefined ? "" : `. ${help}`}`,
      cause,
    });
  }
}

/** Whether an error, or one of its causes, says that a package is not installed. */
export function isAbsence(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  return ("code" in error && error.code === "ERR_MODULE_NOT_FOUND") || isAbsence(error.cause);
}

/** The message of an unknown error, on one line. */
export function messageOf(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return text.replaceAll(/\s+/g, " ").trim();
}
